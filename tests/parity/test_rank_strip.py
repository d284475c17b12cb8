"""The shifted scores in the page are those of softmax_src, and so are their AUCs."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from softmax_book.data import load_run
from softmax_book.widgets import RankStrip
from softmax_src import softmax

SCORES = """m.scores(data.z, data.rest,
  m.shifts(data.z, data.rest, data.noise, data.kind, data.size))"""


@pytest.fixture(scope="module")
def example():
    """Return the logits and labels of the committed run."""
    example = load_run("one_vs_rest")["results"]["example"]
    return np.array(example["z"]), np.array(example["labels"])


@pytest.mark.parametrize("kind", ["random", "adversarial"])
@pytest.mark.parametrize("size", [0, 10, 30])
def test_scores(node, example, kind, size):
    z, labels = example
    widget = RankStrip(z, labels, k=8, kind=kind, size=size)
    got = node("rank_strip.mjs", SCORES, widget.state())
    for name, score in widget.scores().items():
        np.testing.assert_allclose(got[name], score, rtol=1e-12, atol=1e-13)
        area = roc_auc_score(labels == 8, got[name])
        assert area == pytest.approx(roc_auc_score(labels == 8, score), abs=1e-12)
    np.testing.assert_allclose(got["a"], softmax(z)[:, 8], rtol=1e-4)  # the state's six digits
