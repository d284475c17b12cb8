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


# Rows of float64 that one long row needs, of logits in float64 and in float32.
ONE_ROW = [(1, 0, 1, 2), (1, 1e4, 1, 2), (1, 1e3, 3, 2), (1e3, 0, 4, 3)]


def long_row(dtype, scale=1.0, offset=0.0):
    """Return a million logits in a row."""
    return (np.random.default_rng(0).random(1_000_000) * scale + offset).astype(dtype)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(("scale", "offset", "double", "single"), ONE_ROW)
def test_one_long_row_needs_at_most_four(name, dtype, scale, offset, double, single):
    z = long_row(dtype, scale, offset)
    rows = double if dtype == np.float64 else single
    assert beside(FUNCTIONS[name], z, 3) < 8 * (rows + 0.1) * z.size


def test_softmax_of_a_long_row_works_where_its_result_stands():
    assert beside(FUNCTIONS["softmax"], z := long_row(np.float64), 3) < z.size


@pytest.mark.parametrize("temperature", [0.7, 3.0])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_temperature_takes_nine_rows(dtype, temperature):
    z = long_row(dtype)
    taken = beside(lambda z, _: softmax_src.softmax(z, temperature=temperature), z, None)
    assert taken < 8 * 9.1 * z.size
