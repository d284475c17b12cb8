"""Which tokens survive temperature, top-k and top-p, and with which probabilities."""

import numpy as np
import traitlets

from softmax_book.figures import at_work
from softmax_book.widgets._base import Island, Number, Numbers, rounded
from softmax_src import softmax, truncated_distribution

# The same list is in sampling.mjs; the parity test compares the two.
TOKENS = ["mat", "floor", "sofa", "roof", "chair", "moon", "piano", "idea"]


class Sampling(Island):
    """The next token after "The cat sat on the …" (appendix D, Softmax at work).

    Parameters
    ----------
    z : list of 8 floats, -10 to 10
        The logits of the eight tokens.
    T : float, 0.1 to 4
        The temperature.
    k : int, 1 to 8
        Top-k: at most so many tokens survive.
    p : float, 0.05 to 1
        Top-p: the most probable tokens survive until their sum reaches p.
    revealed : bool
        Whether the survivors are shown from the start, before the reader's guess.

    Examples
    --------
    >>> Sampling(k=3)
    Sampling: softmax = [0.513, 0.209, 0.155, 0.0628, 0.0421, 0.0115, 0.0063, 0.00127], \
drawn = [0.586, 0.238, 0.176, 0, 0, 0, 0, 0], survivors = 3
    """

    z = Numbers([4.0, 3.1, 2.8, 1.9, 1.5, 0.2, -0.4, -2.0], length=8, min=-10, max=10).tag(
        sync=True
    )
    T = Number(1.0, min=0.1, max=4).tag(sync=True)
    k = traitlets.Int(6, min=1, max=8).tag(sync=True)
    p = Number(0.9, min=0.05, max=1).tag(sync=True)
    revealed = traitlets.Bool(False).tag(sync=True)

    def drawn(self):
        """Return the probabilities with which tokens are drawn."""
        return truncated_distribution(self.z, self.T, self.k, self.p)

    def numbers(self):
        """Return the softmax at this temperature, and what is drawn from."""
        a, drawn = softmax(self.z, temperature=self.T), self.drawn()
        shown = rounded({"softmax": a, "drawn": drawn}, 3)
        return shown | {"survivors": int(np.count_nonzero(drawn))}

    def figure(self):
        """Draw both distributions as bars."""
        return at_work.sampling(TOKENS, softmax(self.z, temperature=self.T), self.drawn())
