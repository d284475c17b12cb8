"""The Jacobian against its definition, finite differences and the product's matrix."""

import numpy as np
import pytest
from scipy import special

import softmax_src


@pytest.fixture
def z():
    """Return a batch of logits."""
    return np.random.default_rng(0).normal(scale=2.0, size=(3, 2, 5))


def test_is_diag_a_minus_a_a_transposed(z):
    a = special.softmax(z, axis=-1)
    expected = a[..., None] * np.eye(5) - a[..., None] * a[..., None, :]
    np.testing.assert_allclose(softmax_src.softmax_jacobian(z), expected, rtol=1e-13)


def test_against_finite_differences(z):
    jacobian = softmax_src.softmax_jacobian(z[0, 0])
    for k in range(5):
        row = softmax_src.numerical_gradient(lambda x, k=k: special.softmax(x)[k], z[0, 0])
        np.testing.assert_allclose(jacobian[k], row, atol=1e-9)


def test_rows_sum_to_zero_and_the_matrix_is_symmetric(z):
    jacobian = softmax_src.softmax_jacobian(10 * z)
    np.testing.assert_allclose(jacobian.sum(axis=-1), 0, atol=1e-16)
    np.testing.assert_array_equal(jacobian, np.swapaxes(jacobian, -1, -2))


def test_a_saturated_diagonal_is_not_zero():
    jacobian = softmax_src.softmax_jacobian([100.0, 0.0])
    np.testing.assert_allclose(jacobian, np.exp(-100) * np.array([[1, -1], [-1, 1]]), rtol=1e-14)


def test_the_product_is_the_matrix_times_the_vector(z):
    v = np.random.default_rng(1).normal(size=z.shape)
    expected = np.einsum("...kj,...j->...k", softmax_src.softmax_jacobian(z), v)
    np.testing.assert_allclose(softmax_src.softmax_jvp(z, v), expected, atol=1e-15)


def test_the_product_of_a_constant_is_zero():
    z = np.array([3.0, -1.0, 0.5])
    np.testing.assert_array_equal(softmax_src.softmax_jvp(z, np.full(3, 7.7)), 0)


def test_the_product_keeps_tiny_and_huge_vectors():
    z = np.zeros(2)
    np.testing.assert_array_equal(softmax_src.softmax_jvp(z, [1.6e308, -1.6e308]), [8e307, -8e307])
    np.testing.assert_array_equal(softmax_src.softmax_jvp(z, [4e-320, 0.0]), [1e-320, -1e-320])


def test_each_row_keeps_its_own_scale():
    v = np.array([[1.6e308, 0.0], [4e-320, 0.0], [1.0, 0.0]])
    product = softmax_src.softmax_jvp(np.zeros((3, 2)), v)
    np.testing.assert_array_equal(product, [[4e307, -4e307], [1e-320, -1e-320], [0.25, -0.25]])


def test_the_vector_is_called_v():
    with pytest.raises(TypeError, match=r"^v has dtype"):
        softmax_src.softmax_jvp([0.0], ["a"])


def test_refuses_vectors_of_another_shape(z):
    with pytest.raises(ValueError, match="does not fit"):
        softmax_src.softmax_jvp(z, np.zeros(5))


def test_many_classes_are_cut_into_blocks():
    z = np.random.default_rng(2).normal(size=(9, 200))
    together = softmax_src.softmax_jacobian(z)
    assert together.shape == (9, 200, 200)
    np.testing.assert_array_equal(together[7], softmax_src.softmax_jacobian(z[7]))
    assert softmax_src.softmax_jacobian(np.zeros((2, 0))).shape == (2, 0, 0)
