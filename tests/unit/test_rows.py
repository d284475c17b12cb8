"""Blocks of rows: how much memory they take."""

import tracemalloc

import numpy as np
import pytest

import softmax_src

FUNCTIONS = {
    "softmax": lambda z, c: softmax_src.softmax(z),
    "log_softmax": lambda z, c: softmax_src.log_softmax(z),
    "logsumexp": lambda z, c: softmax_src.logsumexp(z),
    "softmax_loss": softmax_src.softmax_loss,
    "softmax_loss_gradient": softmax_src.softmax_loss_gradient,
}


def beside(f, z, c):
    """Return the bytes that a function takes at its peak beside input and output."""
    tracemalloc.start()
    try:
        answer = f(z, c)
        return tracemalloc.get_traced_memory()[1] - answer.nbytes
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("scale", [1.0, 1000.0], ids=["no shift", "shifted"])
@pytest.mark.parametrize("shape", [(100_000, 10), (1000, 1000), (20, 50_257)])
def test_many_rows_need_less_than_2_megabytes(name, dtype, scale, shape):
    z = (np.random.default_rng(0).random(shape) * scale).astype(dtype)
    assert beside(FUNCTIONS[name], z, np.zeros(shape[0], int)) < 2e6


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(
    ("scale", "offset", "bytes_a_class"), [(1, 0, 16), (1, 1e4, 16), (1, 1e3, 24), (1e3, 0, 32)]
)
def test_one_long_row_needs_two_to_four_rows_of_float64(name, dtype, scale, offset, bytes_a_class):
    z = (np.random.default_rng(0).random(1_000_000) * scale + offset).astype(dtype)
    assert beside(FUNCTIONS[name], z, 3) < (bytes_a_class + 0.5) * z.size
