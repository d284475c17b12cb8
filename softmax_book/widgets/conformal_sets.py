"""Move α and watch the conformal sets of digits grow and shrink."""

import numpy as np
import traitlets

from softmax_book.figures import rare
from softmax_book.widgets._base import Island, Number, Numbers, rounded
from softmax_src import conformal_scores, conformal_threshold


class ConformalSets(Island):
    """Pictures with their sets of classes, and coverage, size and empty sets of all (chapter 7).

    The score of a class is one minus its probability. The page holds probabilities to 4 decimals
    and grey levels in whole numbers from 0 to 16.

    Parameters
    ----------
    p : array_like, (N, K)
        Probabilities of the test examples.
    labels : sequence of N ints
        Their classes.
    scores : array_like, (n,)
        Scores of the right classes of the calibration examples.
    pictures : array_like, (m, 64)
        Pictures of some test examples, grey levels from 0 to 1 (what is beyond is cut).
    shown : sequence of m ints
        Which of the N these are.
    alpha : float, 0.01 to 0.6
        How often a set may miss its class.
    revealed : bool
        Whether the slider is shown from the start, without the question.

    Examples
    --------
    >>> p = [[0.9, 0.1], [0.6, 0.4], [0.3, 0.7]]
    >>> ConformalSets(p, [0, 1, 1], [0.1, 0.2, 0.5], [[0] * 64], [0], alpha=0.25)
    ConformalSets: alpha = 0.25, threshold = 0.5, coverage = 0.667, size = 1, empty = 0
    """

    p = Numbers([], min=0, max=1).tag(sync=True)
    labels = traitlets.List(traitlets.CInt(min=0)).tag(sync=True)
    scores = Numbers([], min=0, max=1).tag(sync=True)
    pictures = traitlets.List(traitlets.CInt(min=0, max=16)).tag(sync=True)
    shown = traitlets.List(traitlets.CInt(min=0)).tag(sync=True)
    alpha = Number(0.1, min=0.01, max=0.6).tag(sync=True)
    revealed = traitlets.Bool(False).tag(sync=True)

    def __init__(self, p, labels, scores, pictures, shown, **kwargs):
        p, pictures = np.asarray(p, dtype=float), np.asarray(pictures, dtype=float)
        labels, shown = np.asarray(labels), np.asarray(shown)
        if p.ndim != 2 or labels.shape != p.shape[:1] or pictures.shape != (len(shown), 64):
            raise traitlets.TraitError(
                "need probabilities (N, K), labels (N,) and pictures (m, 64) of those shown (m,), "
                f"got {p.shape}, {labels.shape}, {pictures.shape} and {shown.shape}"
            )
        if labels.size and not 0 <= labels.min() <= labels.max() < p.shape[1]:
            raise traitlets.TraitError(f"labels must be in 0..{p.shape[1] - 1}")
        if shown.size and not 0 <= shown.min() <= shown.max() < len(p):
            raise traitlets.TraitError(f"shown must be in 0..{len(p) - 1}")
        grey = np.rint(16 * np.clip(pictures, 0, 1)).astype(int)
        super().__init__(
            p=p.round(4),
            labels=labels.tolist(),
            scores=np.sort(rounded(scores)),
            pictures=grey.ravel().tolist(),
            shown=shown.tolist(),
            **kwargs,
        )

    def sets(self):
        """Return the threshold and which classes are in each set, (N, K)."""
        p = np.reshape(self.p, (len(self.labels), -1))
        threshold = conformal_threshold(self.scores, self.alpha)
        return threshold, conformal_scores(p) <= threshold

    def numbers(self):
        """Return α, the threshold, and coverage, mean size and share of empty sets."""
        threshold, kept = self.sets()
        size = kept.sum(axis=1)
        found = {
            "threshold": min(threshold, 1.0),  # beyond 1 every class is in
            "coverage": kept[np.arange(len(size)), self.labels].mean(),
            "size": size.mean(),
            "empty": np.mean(size == 0),
        }
        return {"alpha": self.alpha} | rounded(found, 3)

    def figure(self):
        """Draw the pictures with their sets."""
        found = self.numbers()
        kept = self.sets()[1]
        return rare.digit_sets(
            np.reshape(self.pictures, (-1, 64)) / 16,
            [self.labels[i] for i in self.shown],
            [np.flatnonzero(kept[i]).tolist() for i in self.shown],
            f"α = {self.alpha:g}: coverage {found['coverage']:.3f}, mean size {found['size']:.2f}",
        )
