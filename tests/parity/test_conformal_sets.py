"""The sets in the page are those of softmax_src, for every α."""

import numpy as np
import pytest

from softmax_book.data import load_run
from softmax_book.widgets import ConformalSets
from softmax_src import conformal_scores, conformal_threshold, softmax


@pytest.fixture(scope="module")
def data():
    """Return the probabilities, labels and calibration scores of the committed run."""
    example = {k: np.array(v) for k, v in load_run("conformal")["results"]["example"].items()}
    p = softmax(example["z_calibration"])
    scores = conformal_scores(p)[np.arange(len(p)), example["labels_calibration"]]
    return softmax(example["z_test"]), example["labels_test"], scores


def widget(data, **kwargs):
    return ConformalSets(*data, np.zeros((2, 64)), [0, 1], **kwargs)


@pytest.mark.parametrize("alpha", [0.01, 0.1, 0.29, 0.3, 0.57, 0.6])
def test_sets_and_summary(node, data, alpha):
    made = widget(data, alpha=alpha)
    expression = """(() => {
      const rows = m.cut(data.p, data.p.length / data.labels.length);
      const threshold = m.thresholdOf(data.scores, data.alpha);
      return { threshold, sets: rows.map((p) => m.setOf(p, threshold)),
        ...m.summary(rows, data.labels, threshold) };
    })()"""
    got = node("conformal_sets.mjs", expression, made.state())
    threshold, kept = made.sets()
    assert got["threshold"] == threshold
    assert got["sets"] == [np.flatnonzero(row).tolist() for row in kept]
    for name, value in made.numbers().items():
        if name in ("coverage", "size", "empty"):
            assert got[name] == pytest.approx(value, abs=5e-3 if name == "size" else 5e-4)


def test_thresholds_over_all_alphas_and_small_samples(node):
    alphas = [round(0.01 * i, 2) for i in range(1, 61)]
    for n in (1, 9, 19, 99, 100):
        scores = [i / n for i in range(n)]
        got = node(
            "conformal_sets.mjs",
            "data.alphas.map((a) => m.thresholdOf(data.scores, a))",
            {"alphas": alphas, "scores": scores},
        )
        assert got == [conformal_threshold(scores, a) for a in alphas]
