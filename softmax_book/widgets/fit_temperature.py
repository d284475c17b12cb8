"""Fit one temperature by eye to a network that is too sure of itself, then see NLL and ECE."""

import numpy as np
import traitlets

from softmax_book.figures import probability
from softmax_book.widgets._base import Island, Number, Numbers, rounded
from softmax_src import softmax, softmax_loss
from softmax_src.calibration import expected_calibration_error


class FitTemperature(Island):
    """A reliability diagram whose temperature moves (chapter 3, Probability).

    Parameters
    ----------
    z : array_like, (N, K)
        Logits of examples that were not trained on. The page holds each row less its largest
        number, which changes no probability, to a tenth, which moves the costs in the third digit.
    labels : sequence of N ints
        The right classes.
    T_fitted : float, 0.5 to 4
        The temperature that is shown as the answer, fitted on yet other examples.
    T : float, 0.5 to 4
        The temperature now.
    n_bins : int, 2 to 30
        Bins of confidence.
    revealed : bool
        Whether NLL and ECE are shown from the start.

    Examples
    --------
    >>> FitTemperature(z=[[2, 0], [2, 0], [2, 0], [2, 0]], labels=[0, 0, 0, 1], T_fitted=1.82)
    FitTemperature: T = 1, accuracy = 0.75, confidence = 0.881, nll = 0.627, ece = 0.131
    """

    z = traitlets.List(Numbers([])).tag(sync=True)
    labels = traitlets.List(traitlets.CInt(min=0)).tag(sync=True)
    T_fitted = Number(min=0.5, max=4).tag(sync=True)
    T = Number(1.0, min=0.5, max=4).tag(sync=True)
    n_bins = traitlets.CInt(15, min=2, max=30).tag(sync=True)
    revealed = traitlets.Bool(False).tag(sync=True)

    def __init__(self, z, labels, T_fitted, **kwargs):
        logits, labels = np.asarray(z, dtype=float), np.asarray(labels)
        if logits.ndim != 2 or labels.shape != logits.shape[:1]:
            raise traitlets.TraitError(
                f"need logits (N, K) and labels (N,), got {logits.shape} and {labels.shape}"
            )
        if not 0 <= labels.min() <= labels.max() < logits.shape[1]:
            raise traitlets.TraitError(f"labels must be in 0..{logits.shape[1] - 1}")
        below = logits - logits.max(axis=1, keepdims=True)
        # No tie may come of the rounding, lest another class be the answer.
        logits = np.where(below == 0, 0, np.minimum(np.round(below, 1), -0.1))
        super().__init__(z=logits.tolist(), labels=labels.tolist(), T_fitted=T_fitted, **kwargs)

    def numbers(self):
        """Return the temperature, accuracy, mean confidence, NLL and ECE."""
        z, labels = np.array(self.z), np.array(self.labels)
        a = softmax(z, temperature=self.T)
        values = {
            "accuracy": np.mean(a.argmax(axis=1) == labels),
            "confidence": a.max(axis=1).mean(),
            "nll": softmax_loss(z / self.T, labels),
            "ece": expected_calibration_error(a, labels, self.n_bins),
        }
        return {"T": self.T} | rounded(values, 3)

    def figure(self):
        """Draw the reliability diagram at T = 1 and at the fitted temperature."""
        temperatures = {"T = 1": 1.0, f"T = {self.T_fitted:.2f}": self.T_fitted}
        return probability.reliability(np.array(self.z), self.labels, temperatures, self.n_bins)
