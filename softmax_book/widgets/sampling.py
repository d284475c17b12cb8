"""Which tokens survive temperature, top-k, top-p and min-p, and with which probabilities."""

import numpy as np
import traitlets

from softmax_book.figures import choosing
from softmax_book.widgets._base import Island, Number, Numbers, rounded
from softmax_src import softmax, truncated_distribution

# The same lists are in sampling.mjs; the parity test compares the two.
TOKENS = ["mat", "floor", "sofa", "roof", "chair", "moon", "piano", "idea"]
CUTS = ["top-k", "top-p", "min-p"]
ORDERS = {
    "first": ("temperature", "top_k", "top_p", "min_p"),
    "last": ("top_k", "top_p", "min_p", "temperature"),
}


class Sampling(Island):
    """The next token after "The cat sat on the …" (chapter 10, Choosing and comparing).

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
    m : float, 0 to 1
        Min-p: the tokens survive that are at least m times as probable as the most probable.
    order : {"first", "last"}
        Whether the temperature acts before the cuts or after them.
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
    m = Number(0.0, min=0, max=1).tag(sync=True)
    order = traitlets.Enum(list(ORDERS), "first").tag(sync=True)
    revealed = traitlets.Bool(False).tag(sync=True)

    def drawn(self, cuts=3):
        """Return the probabilities with which tokens are drawn, after so many of the `CUTS`."""
        knobs = {"top_k": self.k, "top_p": self.p, "min_p": self.m}
        acting = dict(list(knobs.items())[:cuts])
        return truncated_distribution(self.z, self.T, **acting, order=ORDERS[self.order])

    def cut_by(self):
        """Return for each token which of the `CUTS` took it out, or ""."""
        alive = np.array([self.drawn(cuts) > 0 for cuts in range(4)])  # (4, 8)
        return [CUTS[n - 1] if n < 4 else "" for n in alive.sum(axis=0)]

    def numbers(self):
        """Return the softmax at this temperature, and what is drawn from."""
        a, drawn = softmax(self.z, temperature=self.T), self.drawn()
        shown = rounded({"softmax": a, "drawn": drawn}, 3)
        return shown | {"survivors": int(np.count_nonzero(drawn))}

    def figure(self):
        """Draw both distributions as bars."""
        a = softmax(self.z, temperature=self.T)
        return choosing.sampling(TOKENS, a, self.drawn(), self.cut_by())
