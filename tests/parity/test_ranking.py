"""Ranks, curves and areas in the page are SciPy's and scikit-learn's, ties and all."""

import numpy as np
import pytest
from scipy.stats import rankdata
from sklearn.metrics import (
    average_precision_score,
    confusion_matrix,
    precision_recall_curve,
    roc_auc_score,
    roc_curve,
)

MODULE = "static/ranking.mjs"
ALL = """{
  ranks: m.ranks(data.s), auc: m.auc(data.s, data.y), roc: m.rocCurve(data.s, data.y),
  pr: m.precisionRecall(data.s, data.y), ap: m.averagePrecision(data.s, data.y),
  counts: data.ts.map((t) => m.confusion(data.s, data.y, t)),
}"""


def cases():
    """Scores and labels: without ties, with many, tied altogether, of two examples, huge."""
    rng = np.random.default_rng(0)
    y = (rng.random(300) < 0.2).astype(int)
    s = rng.normal(0, 2, 300) + y
    return {
        "distinct": (s, y),
        "rounded": (s.round(), y),
        "all equal": (np.zeros(300), y),
        "two": (np.array([1.0, 2.0]), np.array([1, 0])),
        "huge": (s * 1e300 / 10, y),
        "neighbours": (1 + np.arange(6) * np.finfo(float).eps, np.array([0, 1, 0, 1, 1, 0])),
    }


@pytest.mark.parametrize("name", cases())
def test_curves_and_areas(node, name):
    s, y = cases()[name]
    ts = [s.min(), np.median(s), s.max(), np.nextafter(s.max(), np.inf)]
    got = node(MODULE, ALL, {"s": s, "y": y, "ts": ts})
    assert got["ranks"] == rankdata(s).tolist()
    assert got["auc"] == pytest.approx(roc_auc_score(y, s), rel=1e-12)
    assert got["ap"] == pytest.approx(average_precision_score(y, s), rel=1e-12)
    fpr, tpr, _ = roc_curve(y, s, drop_intermediate=False)
    np.testing.assert_allclose(got["roc"]["fpr"], fpr, rtol=1e-12)
    np.testing.assert_allclose(got["roc"]["tpr"], tpr, rtol=1e-12)
    precision, recall, _ = precision_recall_curve(y, s)
    np.testing.assert_allclose(got["pr"]["precision"], precision[:-1][::-1], rtol=1e-12)
    np.testing.assert_allclose(got["pr"]["recall"], recall[:-1][::-1], rtol=1e-12)
    for t, count in zip(ts, got["counts"], strict=True):
        (tn, fp), (fn, tp) = confusion_matrix(y, (s >= t).astype(int), labels=[0, 1])
        assert count == {"tp": tp, "fp": fp, "fn": fn, "tn": tn}
