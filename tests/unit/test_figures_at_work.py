"""The figures of appendix D plot the numbers that they are given."""

import numpy as np

from softmax_book.figures import at_work
from softmax_book.widgets.sampling import TOKENS, Sampling


def test_attention_scale_plots_both_panels():
    largest, slope = (
        {"divided": [0.1, 0.2], "raw": [0.3, 0.4]},
        {"divided": [1, 0.9], "raw": [0, 0.5]},
    )
    for ax, values in zip(
        at_work.attention_scale([1, 4], largest, slope).axes, (largest, slope), strict=True
    ):
        divided, raw = (line.get_ydata() for line in ax.lines)
        np.testing.assert_array_equal(divided, values["divided"])
        np.testing.assert_array_equal(raw, values["raw"])


def test_sampling_plots_both_distributions_and_says_who_is_out():
    widget = Sampling(k=3, p=1)
    (ax,) = widget.figure().axes
    drawn, before = ([bar.get_width() for bar in bars] for bars in ax.containers)
    np.testing.assert_allclose(drawn, widget.drawn())
    np.testing.assert_allclose(np.array(before)[:3] / sum(before[:3]), drawn[:3])
    assert sum("out" in text.get_text() for text in ax.texts) == len(TOKENS) - 3


def test_bandit_plots_every_run_and_the_exact_one():
    curves = {"one": np.array([[0.1, 0.2], [0.3, 0.4]]), "two": np.array([[0.5, 0.6]])}
    exact = {"one": np.array([0.7, 0.8]), "two": np.array([0.9, 1.0])}
    for ax, name in zip(at_work.bandit(curves, exact).axes, curves, strict=True):
        plotted = [line.get_ydata() for line in ax.lines]
        np.testing.assert_array_equal(plotted, [*curves[name], exact[name]])
