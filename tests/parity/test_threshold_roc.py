"""The threshold that finds nine of ten is the highest that does; the counts are scikit-learn's."""

import numpy as np
import pytest
import traitlets
from sklearn.metrics import confusion_matrix

from softmax_src import one_vs_rest_margin
from softmax_src.data import load_run
from softmax_src.widgets import ThresholdRoc


@pytest.fixture(scope="module")
def widget():
    """Return the widget with the chapter's data."""
    example = load_run("calibration")["results"]["example"]
    margin = one_vs_rest_margin(np.array(example["z"]))[:, 8]
    return ThresholdRoc(margin, np.array(example["labels"]) == 8, k=8)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 1.0])
def test_threshold_for_a_recall(node, widget, share):
    state = widget.state()
    call = "m.thresholdFor(data.margin, data.positive, data.share)"
    t = node("threshold_roc.mjs", call, state | {"share": share})
    margin, y = np.array(state["margin"]), np.array(state["positive"], dtype=bool)
    assert np.mean(margin[y] >= t) >= share > np.mean(margin[y] >= t + 0.25)


@pytest.mark.parametrize("t", [-20.0, -3.25, 0.0, 20.0])
def test_numbers_count_as_scikit_learn(widget, t):
    moved = ThresholdRoc(widget.margin, widget.positive, k=8, t=t)
    (tn, fp), (fn, tp) = confusion_matrix(
        widget.positive, np.array(widget.margin) >= t, labels=[0, 1]
    )
    numbers = moved.numbers()
    assert [numbers[key] for key in ("tp", "fp", "fn", "tn")] == [tp, fp, fn, tn]


def test_wrong_data_are_refused():
    with pytest.raises(traitlets.TraitError):
        ThresholdRoc([1.0, 2.0], [1], k=0)
    with pytest.raises(traitlets.TraitError):
        ThresholdRoc([1.0, 2.0], [1, 1], k=0)
