"""Add a number to all logits of an example: its probabilities stay, its place by z_k does not."""

import numpy as np
import traitlets

from softmax_book.figures import evaluation
from softmax_book.metrics import roc_auc_score
from softmax_book.widgets._base import Island, Number, Numbers, rounded
from softmax_src import logsumexp, softmax

PICTURED = 10.0  # the size of the shift in a picture where none has been chosen


class RankStrip(Island):
    """One class against the rest, ranked by its logit and by its probability (chapter 6).

    The page holds two numbers per example, which is all that the probability of class k depends
    on: the logit ``z_k`` and the LSE of the other logits.

    Parameters
    ----------
    z : array_like, (N, K)
        Logits.
    labels : sequence of N ints
        The right classes.
    k : int
        The class that is ranked against the rest.
    kind : {"random", "adversarial"}
        What is added to all logits of an example: ``size`` times a normal random number of its
        own, or ``-size`` times its own ``a_k``.
    size : float, 0 to 30
        The shift's size.
    revealed : bool
        Whether the controls are shown from the start, without the question.

    Examples
    --------
    >>> z = [[3.0, 0, 0], [1, 0, 0], [2, 4, 0], [0, 0, 0]]
    >>> RankStrip(z, [0, 0, 1, 2], k=0, kind="adversarial", size=10)
    RankStrip: k = 0, kind = adversarial, size = 10, auc_a = 1, auc_z = 0
    """

    k = traitlets.CInt(0, min=0).tag(sync=True)
    z = Numbers([]).tag(sync=True)
    rest = Numbers([]).tag(sync=True)
    noise = Numbers([]).tag(sync=True)
    positive = traitlets.List(traitlets.CInt(min=0, max=1)).tag(sync=True)
    kind = traitlets.Enum(["random", "adversarial"], "random").tag(sync=True)
    size = Number(0.0, min=0, max=30).tag(sync=True)
    revealed = traitlets.Bool(False).tag(sync=True)

    def __init__(self, z, labels, k, **kwargs):
        z, labels = np.asarray(z, dtype=float), np.asarray(labels)
        if z.ndim != 2 or labels.shape != z.shape[:1] or z.shape[1] < 2:
            raise traitlets.TraitError(
                f"need logits (N, K), K >= 2, and labels (N,), got {z.shape} and {labels.shape}"
            )
        if not 0 <= k < z.shape[1]:
            raise traitlets.TraitError(f"k must be in 0..{z.shape[1] - 1}, got {k}")
        positive = (labels == k).astype(int)
        if not 0 < positive.sum() < positive.size:
            raise traitlets.TraitError(f"need examples of class {k} and of the rest")
        rest = rounded(logsumexp(np.delete(z, k, axis=1)))
        noise = np.random.default_rng(0).normal(size=len(z)).round(2)
        super().__init__(
            k=k, z=z[:, k], rest=rest, noise=noise, positive=positive.tolist(), **kwargs
        )

    def shift(self, size):
        """Return c(x), the number that is added to all logits of each example, shape (N,)."""
        pair = np.column_stack([self.z, self.rest])  # (N, 2)
        by = np.array(self.noise) if self.kind == "random" else -softmax(pair)[:, 0]
        return size * by

    def scores(self, size=None):
        """Return a_k and z_k, both of the logits shifted by the given size or the trait's."""
        size = self.size if size is None else size
        shifted = np.column_stack([self.z, self.rest]) + self.shift(size)[:, None]  # (N, 2)
        return {"a": softmax(shifted)[:, 0], "z": shifted[:, 0]}

    def numbers(self):
        """Return the pictured shift and the AUC of a_k and of z_k under it."""
        size = self.size or PICTURED
        auc = {f"auc_{n}": roc_auc_score(self.positive, s) for n, s in self.scores(size).items()}
        return {"k": self.k, "kind": self.kind, "size": size} | rounded(auc, 3)

    def figure(self):
        """Draw the two strips and the two ROC curves; with no shift yet, for one of size 10."""
        return evaluation.rank_strips(self.positive, self.scores(self.size or PICTURED), self.k)
