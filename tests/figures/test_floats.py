"""What the figure of appendix D plots."""

import numpy as np

from softmax_book.figures import floats


def test_float_errors_plots_what_it_is_given():
    lines = floats.float_errors([10.0, 100.0], [5.0, 60.0], [0.5, 1.0]).axes[0].get_lines()
    np.testing.assert_array_equal(lines[0].get_xydata(), [[10, 5], [100, 60]])
    np.testing.assert_array_equal(lines[1].get_xydata(), [[10, 0.5], [100, 1]])
