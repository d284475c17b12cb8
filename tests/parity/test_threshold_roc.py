"""The threshold that the page finds for nine of ten is the highest that finds them."""

import numpy as np
import pytest

from softmax_book.data import load_run
from softmax_book.widgets import ThresholdRoc
from softmax_src import one_vs_rest_margin


@pytest.fixture(scope="module")
def widget():
    """Return the widget with the chapter's data."""
    example = load_run("calibration")["results"]["example"]
    margin = one_vs_rest_margin(np.array(example["z"]))[:, 8]
    return ThresholdRoc(margin, np.array(example["labels"]) == 8, k=8)


@pytest.mark.parametrize(
    ("t", "said"), [(-20, "2.06×10⁻⁹"), (-2, "0.119"), (4.75, "0.991"), (8, "1 − 3.35×10⁻⁴")]
)
def test_a_probability_near_1_is_told_from_1(node, t, said):
    assert node("threshold_roc.mjs", "m.probability(data.t)", {"t": t}) == said


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 1.0])
def test_threshold_for_a_recall(node, widget, share):
    state = widget.state()
    call = "m.thresholdFor(data.margin, data.positive, data.share)"
    t = node("threshold_roc.mjs", call, state | {"share": share})
    margin, y = np.array(state["margin"]), np.array(state["positive"], dtype=bool)
    assert np.mean(margin[y] >= t) >= share > np.mean(margin[y] >= t + 0.25)
