"""The digits and the committed results: what a split promises, and what is stored."""

import numpy as np
import pytest
from sklearn import datasets

from softmax_book.data import load_benchmarks, load_digits, load_run, pictures_and_labels, run_names

ORIGINAL, LABELS = datasets.load_digits(return_X_y=True)


@pytest.mark.parametrize(("n_train", "n_validation"), [(1297, 0), (200, 500), (0, 0), (1, 1795)])
def test_the_parts_share_the_digits_out(n_train, n_validation):
    d = load_digits(seed=3, n_train=n_train, n_validation=n_validation)
    n_test = 1797 - n_train - n_validation
    for part, size in (("train", n_train), ("validation", n_validation), ("test", n_test)):
        x, y, index = (getattr(d, f"{name}_{part}") for name in ("x", "y", "index"))
        assert x.shape == (size, 64)
        assert y.shape == index.shape == (size,)
        np.testing.assert_array_equal(x, ORIGINAL[index] / 16)
        np.testing.assert_array_equal(y, LABELS[index])
    together = np.concatenate([d.index_train, d.index_validation, d.index_test])
    np.testing.assert_array_equal(np.sort(together), np.arange(1797))


def test_the_package_carries_scikit_learn_s_digits():
    pictures, labels = pictures_and_labels()
    np.testing.assert_array_equal(pictures, ORIGINAL)
    np.testing.assert_array_equal(labels, LABELS)
    assert (pictures.dtype, labels.dtype) == (ORIGINAL.dtype, LABELS.dtype)


def test_pixels_lie_between_0_and_1():
    d = load_digits()
    assert d.x_train.min() == 0
    assert d.x_train.max() == 1


def test_a_seed_gives_one_split_and_another_seed_another():
    np.testing.assert_array_equal(load_digits(1).index_test, load_digits(1).index_test)
    assert not np.array_equal(load_digits(1).index_test, load_digits(2).index_test)


def test_noise_is_given_on_the_scale_of_0_to_16():
    clean, noisy = load_digits(1), load_digits(1, noise=4)
    np.testing.assert_array_equal(clean.index_test, noisy.index_test)
    noise = (noisy.x_train - clean.x_train) * 16
    # 83008 normal numbers: their sd is known to about 0.25 %
    assert noise.std() == pytest.approx(4, rel=0.015)
    assert abs(noise.mean()) < 0.07
    assert noisy.x_train.min() < 0  # not clipped
    np.testing.assert_array_equal(noisy.x_test, load_digits(1, noise=4).x_test)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_train": 1797}, "leave none of 1797 to test"),
        ({"n_train": 1000, "n_validation": 797}, "leave none of 1797 to test"),
        ({"n_train": -1}, "leave none"),
        ({"noise": -1}, "noise must be at least 0"),
        ({"noise": float("nan")}, "noise must be at least 0"),
    ],
)
def test_impossible_splits_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        load_digits(**arguments)


def test_an_unknown_run_names_the_known_ones():
    known = ", ".join(run_names())
    with pytest.raises(ValueError, match=rf"no run '\.\./data': choose one of {known}$"):
        load_run("../data")
    assert run_names() == sorted(run_names())


def test_the_benchmark_has_what_each_library_has_and_no_more():
    measured = load_benchmarks()
    assert set(measured["accuracy"]) == {"float64", "float32", "float16"}
    for quantities in measured["accuracy"].values():
        assert set(quantities) == {"softmax", "log_softmax", "loss", "gradient"}
        for quantity, libraries in quantities.items():
            without_losses = {"SciPy", "JAX"}
            assert {"softmax_src", "PyTorch"} <= set(libraries)
            assert (quantity in ("softmax", "log_softmax")) == (without_losses <= set(libraries))
            assert quantity != "loss" or not without_losses & set(libraries)
            assert len({frozenset(families) for families in libraries.values()}) == 1
