"""What the figures of appendix A plot."""

import numpy as np
import pytest

from softmax_book.figures import properties
from softmax_book.widgets import SimplexHeatmap
from softmax_src import softmax, softmax_jacobian


def test_the_secular_function_crosses_zero_at_the_marked_eigenvalues():
    a = [0.42, 0.08, 0.3, 0.2]
    lines = properties.secular(a).axes[0].get_lines()
    (dots,) = [line for line in lines if line.get_marker() == "o"]
    marked = np.asarray(dots.get_xdata())
    roots = np.polynomial.Polynomial([0.0])  # f times the product of all a_k - x
    for k in range(4):
        others = np.polynomial.Polynomial([1.0])
        for j in set(range(4)) - {k}:
            others *= np.polynomial.Polynomial([a[j], -1.0])
        roots += a[k] * others
    np.testing.assert_allclose(marked, np.sort(roots.roots()), atol=1e-12)


def test_the_ellipse_is_the_linear_image_of_a_circle():
    z = np.array([1.2, 0.6, -1.8])
    xy = properties.ellipse(z, n=3601)
    # Half-axes: eigenvalues times STEP, in a triangle whose sides stand for sqrt(2).
    length = np.hypot(*xy.T) * np.sqrt(2) / properties.STEP
    eigenvalues = np.linalg.eigvalsh(softmax_jacobian(z))
    assert length.max() == pytest.approx(eigenvalues[2], rel=1e-3)
    assert length.min() == pytest.approx(eigenvalues[1], rel=1e-3)
    # A small step of the logits to the right moves the output as the ellipse says.
    h = 1e-6
    moved = (softmax(z + h * properties.PLANE[0]) - softmax(z)) @ properties.CORNERS / h
    np.testing.assert_allclose(moved * properties.STEP, xy[0], atol=1e-6)


def test_the_heatmap_marks_the_outputs():
    ax = SimplexHeatmap(z=[2, 1, 0]).figure().axes[0]
    (dot,) = [line for line in ax.get_lines() if line.get_marker() == "o"]
    np.testing.assert_allclose(dot.get_xydata()[0], softmax([2, 1, 0]) @ properties.CORNERS)
    assert "$\\lambda_3 = 0.371$" in ax.texts[-1].get_text()


def test_tangents_cross_zero_at_the_entropy():
    left, right = properties.conjugate([0.1, 0.5, 0.8]).axes
    heights = [line.get_ydata()[0] for line in left.get_lines() if line.get_marker() == "s"]
    over = [line.get_xydata()[0] for line in right.get_lines() if line.get_marker() == "s"]
    entropy = [-p * np.log(p) - (1 - p) * np.log(1 - p) for p in (0.1, 0.5, 0.8)]
    np.testing.assert_allclose(heights, entropy)
    np.testing.assert_allclose(over, np.column_stack([[0.1, 0.5, 0.8], entropy]))
