"""The network that runs in the page is the network of softmax_src."""

import numpy as np
import pytest

from softmax_book.widgets import DrawDigit

READ = "data.map(([network, pixels]) => m.read(network, pixels))"


def drawings():
    """Sample digits, an empty and a full grid, and drawings at random."""
    rng = np.random.default_rng(0)
    samples = [sample["pixels"] for sample in DrawDigit().samples]
    stark = (rng.random((5, 64)) < 0.3) * 16
    return [*samples, [0] * 64, [16] * 64, *rng.integers(0, 17, (5, 64)).tolist(), *stark.tolist()]


def test_the_pages_network_answers_as_softmax_src(node):
    widgets = [DrawDigit(pixels=pixels) for pixels in drawings()]
    states = [widget.state() for widget in widgets]  # rounded, as the page holds them
    answers = node("draw_digit.mjs", READ, [[s["network"], s["pixels"]] for s in states])
    for widget, answer in zip(widgets, answers, strict=True):
        a, s = widget.outputs()
        np.testing.assert_allclose(answer["softmax"], a, rtol=1e-11)
        np.testing.assert_allclose(answer["sigmoid"], s, rtol=1e-11)
        assert sum(answer["softmax"]) == pytest.approx(1, abs=1e-15)


def test_a_layer_is_a_matrix_product(node):
    rng = np.random.default_rng(1)
    W, b, a = rng.normal(size=(4, 7)), rng.normal(size=4), rng.normal(size=7)
    z = node("draw_digit.mjs", "m.layer(data.layer, data.a)", {"layer": {"W": W, "b": b}, "a": a})
    np.testing.assert_allclose(z, W @ a + b, rtol=1e-13)


def test_a_stroke_has_no_gaps(node):
    rng = np.random.default_rng(2)
    ends = [*rng.integers(0, 8, (50, 2, 2)).tolist(), [[3, 5], [3, 5]]]
    for (start, end), cells in zip(
        ends,
        node("draw_digit.mjs", "data.map(([p, q]) => m.cellsBetween(p, q))", ends),
        strict=True,
    ):
        assert (cells[0], cells[-1]) == (start, end)
        if start != end:
            steps = np.abs(np.diff(cells, axis=0))
            assert set(steps.max(axis=1)) == {1}, "each cell touches the one before"
