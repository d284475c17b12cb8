"""Move a threshold: the confusion counts, and the point on the ROC and precision-recall curves."""

import numpy as np
import traitlets

from softmax_book.figures import evaluation
from softmax_book.metrics import average_precision_score, roc_auc_score
from softmax_book.widgets._base import Island, Number, Numbers, rounded
from softmax_src import sigmoid


class ThresholdRoc(Island):
    """A threshold on the one-vs-rest margin of one class (chapter 6).

    Parameters
    ----------
    margin : sequence of N floats
        One-vs-rest margins; the page holds them to two decimals.
    positive : sequence of N values 0 or 1
        Whether the example is of the class.
    k : int
        The class's name.
    t : float, -20 to 20
        The threshold: everything with a margin of at least t is called positive.
    revealed : bool
        Whether the curves are shown from the start, without the question.

    Examples
    --------
    >>> ThresholdRoc([2.0, 0.5, -1.0, -3.0], [1, 0, 1, 0], k=8, t=0)
    ThresholdRoc: k = 8, t = 0, a = 0.5, tp = 1, fp = 1, fn = 1, tn = 1, auc = 0.75, ap = 0.833
    """

    k = traitlets.CInt(0, min=0).tag(sync=True)
    margin = Numbers([]).tag(sync=True)
    positive = traitlets.List(traitlets.CInt(min=0, max=1)).tag(sync=True)
    t = Number(0.0, min=-20, max=20).tag(sync=True)
    revealed = traitlets.Bool(False).tag(sync=True)

    def __init__(self, margin, positive, k, **kwargs):
        margin, positive = np.round(np.asarray(margin, dtype=float), 2), np.asarray(positive, int)
        if margin.ndim != 1 or margin.shape != positive.shape:
            raise traitlets.TraitError(
                f"need margins (N,) and positives (N,), got {margin.shape} and {positive.shape}"
            )
        if not 0 < positive.sum() < positive.size:
            raise traitlets.TraitError(f"need examples of class {k} and of the rest")
        super().__init__(margin=margin, positive=positive.tolist(), k=k, **kwargs)

    def numbers(self):
        """Return the threshold on both scales, the four counts, AUC and average precision."""
        y, m = np.array(self.positive, dtype=bool), np.array(self.margin)
        called = m >= self.t
        counts = {
            "tp": np.sum(called & y),
            "fp": np.sum(called & ~y),
            "fn": np.sum(~called & y),
            "tn": np.sum(~called & ~y),
        }
        areas = {"auc": roc_auc_score(y, m), "ap": average_precision_score(y, m)}
        found = rounded({"a": sigmoid(self.t)} | counts | areas, 3)
        return {"k": self.k, "t": self.t} | found

    def figure(self):
        """Draw both curves with the threshold's point on each."""
        return evaluation.threshold(self.positive, self.margin, self.t, self.k)
