"""Four logits, their softmax, and the point where the fourth output reaches one half."""

import traitlets

from softmax_book.figures import definition
from softmax_book.widgets._base import Island, Number, Numbers, rounded
from softmax_src import logsumexp, softmax


class FourOutputs(Island):
    """Four outputs of a softmax layer as functions of the fourth logit (chapter 2, Definition).

    Parameters
    ----------
    z : list of 4 floats, -5 to 8
        The logits.
    T : float, 0.1 to 10
        The temperature.
    shift : float, -5 to 5
        A constant added to all four logits, which changes nothing.
    free : bool
        Whether the first three logits can be moved, too.
    revealed : bool
        Whether the half-point is shown from the start, without asking for a guess.

    Examples
    --------
    >>> FourOutputs(z=[2.5, -1, 3.2, 0.5])
    FourOutputs: z = [2.5, -1, 3.2, 0.5], T = 1, a = [0.315, 0.0095, 0.633, 0.0426], half = 3.61316
    """

    z = Numbers([2.5, -1.0, 3.2, 0.5], length=4, min=-5, max=8).tag(sync=True)
    T = Number(1.0, min=0.1, max=10).tag(sync=True)
    shift = Number(0.0, min=-5, max=5).tag(sync=True)
    free = traitlets.Bool(False).tag(sync=True)
    revealed = traitlets.Bool(False).tag(sync=True)

    def numbers(self):
        """Return the logits, the outputs, and the z4 at which the fourth output is one half."""
        half = self.T * logsumexp([z / self.T for z in self.z[:3]])
        a = rounded(softmax(self.z, temperature=self.T), 3)
        return {"z": self.z, "T": self.T, "a": a, "half": half}

    def figure(self):
        """Draw the four outputs against the fourth logit."""
        return definition.four_outputs(self.z, self.T)
