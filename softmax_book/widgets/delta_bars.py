"""The gradient in the logits as bars: prediction minus target, where the target sums to 1."""

import numpy as np
import traitlets

from softmax_book.figures import backpropagation
from softmax_book.widgets._base import Island, Numbers, rounded
from softmax_src import softmax, softmax_loss_gradient

# The same table is in delta_bars.mjs; the parity test compares the two.
TARGETS = {
    "one-hot": [0, 1, 0, 0],
    "smoothed": [0.025, 0.925, 0.025, 0.025],
    "shared": [0, 0.5, 0.5, 0],
    "two-hot": [0, 1, 1, 0],
    "none": [0, 0, 0, 0],
}


class DeltaBars(Island):
    """The gradient δ of a softmax output for any target (chapter 5).

    Parameters
    ----------
    z : list of 4 floats, -6 to 6
        The logits.
    target : {"one-hot", "smoothed", "shared", "two-hot", "none"}
        The target; "two-hot" sums to 2 and "none" to 0, so that δ is not a − y.
    revealed : bool
        Whether the gradient is shown from the start, before the reader's guess.

    Examples
    --------
    >>> DeltaBars(z=[2.5, -1, 3.2, 0.5], target="one-hot")
    DeltaBars: a = [0.315, 0.0095, 0.633, 0.0426], y = [0, 1, 0, 0], \
delta = [0.315, -0.991, 0.633, 0.0426]
    """

    z = Numbers([2.5, -1.0, 3.2, 0.5], length=4, min=-6, max=6).tag(sync=True)
    target = traitlets.Enum(list(TARGETS), "one-hot").tag(sync=True)
    revealed = traitlets.Bool(False).tag(sync=True)

    def gradient(self):
        """Return δ: the gradient is linear in the target, so a sum over the classes' own ones."""
        y = np.array(TARGETS[self.target])
        return y @ [softmax_loss_gradient(self.z, k) for k in range(4)]

    def numbers(self):
        """Return outputs, target and gradient."""
        a, delta = rounded(softmax(self.z), 3), rounded(self.gradient(), 3)
        return {"a": a, "y": TARGETS[self.target], "delta": delta}

    def figure(self):
        """Draw predictions and targets, and below them δ beside a − y."""
        a, y = softmax(self.z), np.array(TARGETS[self.target])
        return backpropagation.delta_bars(a, y, self.gradient(), a - y)
