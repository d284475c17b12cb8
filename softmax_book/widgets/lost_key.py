"""One key that matters among many distractors: when does it lose?"""

import numpy as np
import traitlets

from softmax_book.figures import attention
from softmax_book.widgets._base import Island, Number, rounded
from softmax_src import logsumexp, softmax

MOST = 4096
# Steps of two irrational rotations: evenly spread, so that few numbers already look like many.
GOLDEN, SQUARE = 0.6180339887498949, 0.41421356237309515


def standard_normal(n):
    """Return n fixed numbers that are spread as standard normal ones are (Box and Muller)."""
    i = np.arange(1, n + 1)
    u, v = i * GOLDEN % 1, i * SQUARE % 1
    return np.sqrt(-2 * np.log(u)) * np.cos(2 * np.pi * v)


class LostKey(Island):
    """A query, the key that it looks for, and distractors (chapter 9, Attention).

    Query and keys have d numbers of variance 1. The key's scalar product with the query is c·d,
    the distractors' are normal with standard deviation √d; both may be divided by √d.

    Parameters
    ----------
    d : int, 4 to 256
        The size of query and keys.
    c : float, 0 to 1
        The cosine of query and key.
    n : int, 1 to 4096
        The number of distractors.
    divide : bool
        Whether the scores are divided by √d.
    revealed : bool
        Whether the distractors may be moved from the start, before the reader's guess.

    Examples
    --------
    >>> LostKey(n=64)
    LostKey: key = 4, rivals = 4.64, weight = 0.346, loses_at = 34
    """

    d = traitlets.Int(64, min=4, max=256).tag(sync=True)
    c = Number(0.5, min=0, max=1).tag(sync=True)
    n = traitlets.Int(4, min=1, max=MOST).tag(sync=True)
    divide = traitlets.Bool(True).tag(sync=True)
    revealed = traitlets.Bool(False).tag(sync=True)

    def key(self):
        """Return the key's logit."""
        return self.c * self.d / (np.sqrt(self.d) if self.divide else 1.0)

    def distractors(self, n):
        """Return the logits of the first n distractors."""
        return standard_normal(n) * (1.0 if self.divide else np.sqrt(self.d))

    def weights(self, counts):
        """Return the key's weight beside so many distractors, for each count."""
        logits = self.distractors(MOST)
        return [softmax(np.append(self.key(), logits[:n]))[0] for n in counts]

    def loses_at(self):
        """Return with how many distractors the key first has less than half, or None."""
        rivals = np.logaddexp.accumulate(self.distractors(MOST))
        below = np.flatnonzero(rivals > self.key())
        return int(below[0]) + 1 if below.size else None

    def numbers(self):
        """Return the logits of the key and of all rivals together, the weight, and its end."""
        shown = {
            "key": self.key(),
            "rivals": logsumexp(self.distractors(self.n)),
            "weight": self.weights([self.n])[0],
        }
        return rounded(shown, 3) | {"loses_at": self.loses_at()}

    def figure(self):
        """Draw the logits, and the weight over the number of distractors."""
        counts = np.unique(np.round(2 ** np.linspace(0, 12, 49)).astype(int))
        logits = self.distractors(self.n)
        return attention.lost_key(
            logits, self.key(), logsumexp(logits), counts, self.weights(counts), self.n
        )
