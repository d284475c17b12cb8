"""The figures of appendix D plot the numbers that they are given."""

import numpy as np

from softmax_book.figures import at_work


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
