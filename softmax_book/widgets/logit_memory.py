"""How much memory the logits of a language model take, in full and in chunks."""

import traitlets

from softmax_book.figures import many
from softmax_book.widgets._base import Island
from softmax_src.vocabulary import SIZES, logit_bytes


class LogitMemory(Island):
    """The bytes that the loss holds beside weights and gradients (chapter 8).

    Parameters
    ----------
    tokens : int, 1 to 1048576
        The tokens of a batch.
    vocabulary : int, 1000 to 256000
        The words of the vocabulary.
    chunk : int, 1 to 262144
        How many words are treated at a time.
    dtype : {"bfloat16", "float32", "float64"}
        The type of a logit.
    revealed : bool
        Whether memory and plot are shown from the start, without the question.

    Examples
    --------
    >>> LogitMemory(tokens=8192, vocabulary=128_000, chunk=4096, dtype="float32")
    LogitMemory: tokens = 8192, vocabulary = 128000, chunk = 4096, dtype = float32, full_gb = 8.38861, chunked_gb = 0.134218
    """  # noqa: E501

    tokens = traitlets.CInt(8192, min=1, max=2**20).tag(sync=True)
    vocabulary = traitlets.CInt(128_000, min=1000, max=256_000).tag(sync=True)
    chunk = traitlets.CInt(4096, min=1, max=2**18).tag(sync=True)
    dtype = traitlets.Enum(list(SIZES), "float32").tag(sync=True)
    revealed = traitlets.Bool(False).tag(sync=True)

    def numbers(self):
        """Return the choices and the memory that they take, in GB."""
        choices = {key: getattr(self, key) for key in ("tokens", "vocabulary", "chunk", "dtype")}
        sizes = self.tokens, self.vocabulary, SIZES[self.dtype]
        return choices | {
            "full_gb": logit_bytes(*sizes) / 1e9,
            "chunked_gb": logit_bytes(*sizes, self.chunk) / 1e9,
        }

    def figure(self):
        """Draw the memory over the size of the vocabulary."""
        return many.logit_memory(self.tokens, self.vocabulary, self.chunk, self.dtype)
