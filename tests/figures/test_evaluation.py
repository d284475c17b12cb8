"""The numbers that the figures of chapter 6 plot."""

import numpy as np
import pytest
from sklearn.metrics import auc, roc_auc_score

from softmax_book.data import load_run
from softmax_book.figures import evaluation
from softmax_src import sigmoid, softmax

RNG = np.random.default_rng(0)
POSITIVE = RNG.random(200) < 0.2
MARGIN = RNG.normal(0, 3, 200) + 3 * POSITIVE


def _lines(ax):
    return [(np.asarray(line.get_xdata()), np.asarray(line.get_ydata())) for line in ax.lines]


def test_margin_and_probability_have_one_curve():
    *_, ax = evaluation.same_curve(MARGIN, POSITIVE, ("yes", "no")).axes
    by_margin, by_probability, _ = _lines(ax)
    np.testing.assert_array_equal(by_margin, by_probability)
    assert auc(*by_margin) == pytest.approx(roc_auc_score(POSITIVE, MARGIN))


def test_saturation_plots_what_each_type_loses():
    results = {
        "auc_margin": [0.9, 0.8],
        "auc_float64": [0.9, 0.79],
        "auc_float32": [0.85, 0.75],
        "auc_float16": [0.7, 0.6],
    }
    (ax,) = evaluation.saturation(results).axes
    assert ax.get_xlabel() == "AUC of the margin − AUC of the probability"
    dots = [x for x, y in _lines(ax) if len(x) == 2 and np.ptp(y) == 0]
    np.testing.assert_allclose(dots, [[0, 0.01], [0.05, 0.05], [0.2, 0.2]], atol=1e-12)


def test_compression_lies_below_one_half_and_on_the_diagonal():
    z = RNG.normal(0, 3, (20, 4))
    left, right = evaluation.compression(z).axes
    dz, da = _lines(left)[0]
    assert dz.size == 20 * 6
    assert np.all(da <= dz / 2 + 1e-12)
    assert np.ptp(softmax(z)[0]) == pytest.approx(da.reshape(20, 6)[0].max())
    np.testing.assert_allclose(*_lines(right)[0], rtol=1e-9)


def test_strips_count_the_class_and_name_both_areas():
    scores = {"a": sigmoid(MARGIN), "z": RNG.normal(size=200)}
    left, right = evaluation.rank_strips(POSITIVE, scores, 8).axes
    ticks = [len(c.get_segments()) for c in left.collections]
    assert ticks == 2 * [np.sum(~POSITIVE), np.sum(POSITIVE)]
    names = [text.get_text() for text in right.get_legend().get_texts()]
    for name, key in zip(names, "az", strict=True):
        assert name.endswith(f"{roc_auc_score(POSITIVE, scores[key]):.3f}")


@pytest.mark.parametrize("t", [-1.0, 0.0, 2.5])
def test_the_threshold_sits_on_both_curves(t):
    left, right = evaluation.threshold(POSITIVE, MARGIN, t, 8).axes
    called = t <= MARGIN
    recall = np.mean(called[POSITIVE])
    rates = {"false-positive rate": np.mean(called[~POSITIVE]), "true-positive rate": recall}
    rates |= {"recall": recall, "precision": np.mean(POSITIVE[called])}
    for ax in (left, right):
        point = [v.item() for v in _lines(ax)[1]]
        assert point == [rates[ax.get_xlabel()], rates[ax.get_ylabel()]]


def test_curves_of_several_scores():
    scores = {"m": MARGIN, "-m": -MARGIN}
    left, right = evaluation.one_vs_rest_curves(POSITIVE, scores).axes
    areas = [auc(*curve) for curve in _lines(left)[:2]]
    assert sum(areas) == pytest.approx(1)
    assert areas[0] == pytest.approx(roc_auc_score(POSITIVE, MARGIN))
    assert _lines(right)[-1][1][0] == POSITIVE.mean()
    ends = {"recall": 1, "precision": POSITIVE.mean()}  # where all are called positive
    for end in [(x[0], y[0]) for x, y in _lines(right)[:2]]:
        assert end == (ends[right.get_xlabel()], ends[right.get_ylabel()])


def test_ten_splits_plots_each_split_in_its_row():
    left, _ = evaluation.ten_splits({"b": [0.1, 0.3], "a": [0.9, 0.8]}, {"a": "A", "b": "B"}).axes
    dots = [(list(x), list(y)) for x, y in _lines(left) if len(x) == 2]
    assert dots == [([0.9, 0.8], [0, 0]), ([0.1, 0.3], [1, 1])]
    assert [t.get_text() for t in left.get_yticklabels()] == ["A", "B"]


def test_ten_splits_enlarges_the_rows_that_are_close_to_1():
    auc = load_run("one_vs_rest")["results"]["auc"]
    _, right = evaluation.ten_splits(auc, {key: key for key in auc}).axes
    low, high = right.get_xlim()
    assert any(low < min(values) <= max(values) < high for values in auc.values())


def test_rank_swap_crosses_at_the_swap():
    swap = 0.5 / np.log(2)
    (ax,) = evaluation.rank_swap([0, -1, -1], [0, -0.5, -np.inf], swap).axes
    (T, first), (_, second) = _lines(ax)[:2]
    assert np.all((first > second) == (swap > T))
