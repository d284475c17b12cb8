"""The digits that the book trains on, and the committed results of its longer training runs."""

import json
from importlib import resources
from typing import NamedTuple

import numpy as np


class Digits(NamedTuple):
    """A split of the digits: pixels x (N, 64), labels (N,) and places in scikit-learn's array.

    Used in chapter 3 (sec-prob-digits).
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_validation: np.ndarray
    y_validation: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    index_train: np.ndarray
    index_validation: np.ndarray
    index_test: np.ndarray


def pictures_and_labels():
    """The 1797 pictures as they were scanned, and their labels: ``sklearn.datasets.load_digits``.

    The package carries them (50 kB), so that nobody needs scikit-learn for them.

    Used in chapter 3 (sec-prob-digits).

    Returns
    -------
    tuple of ndarray
        Pixels (1797, 64), whole numbers from 0 to 16, and labels (1797,).

    Examples
    --------
    >>> pictures, labels = pictures_and_labels()
    >>> pictures.shape, float(pictures.max()), labels[:5]
    ((1797, 64), 16.0, array([0, 1, 2, 3, 4]))
    """
    with np.load(resources.files(__package__) / "digits.npz") as stored:
        return stored["pixels"].astype(float), stored["labels"].astype(int)


def load_digits(seed=0, n_train=1297, n_validation=0, noise=0.0):
    """scikit-learn's 1797 handwritten digits, split at random, pixels scaled to [0, 1].

    The pictures are 8 × 8, their pixels whole numbers from 0 to 16 in the original; here each is
    divided by 16.

    Used in chapter 3 (sec-prob-digits).

    Parameters
    ----------
    seed : int
        Of the split and of the noise.
    n_train, n_validation : int
        Sizes of the training and the validation part; the test part is the rest.
    noise : float
        Standard deviation of normal noise added to every pixel, **on the original scale of 0 to
        16** (4 is a quarter of the range). Noisy pixels are not clipped to [0, 1].

    Returns
    -------
    Digits
        Named tuple of ``x_train, y_train, x_validation, y_validation, x_test, y_test`` and the
        three ``index_…``, the places in ``sklearn.datasets.load_digits()``.

    Raises
    ------
    ValueError
        If a size is negative or nothing is left to test on, or if the noise is negative.

    References
    ----------
    E. Alpaydin and C. Kaynak, "Optical recognition of handwritten digits", UCI Machine Learning
    Repository, 1998.

    Examples
    --------
    >>> digits = load_digits(seed=0, n_train=1297)
    >>> digits.x_train.shape, digits.x_test.shape
    ((1297, 64), (500, 64))
    >>> float(digits.x_train.max())
    1.0
    """
    pictures, labels = pictures_and_labels()
    x = pictures / 16
    if min(n_train, n_validation) < 0 or n_train + n_validation >= len(x):
        raise ValueError(
            f"{n_train} to train and {n_validation} to validate leave none of {len(x)} to test"
        )
    if not noise >= 0:
        raise ValueError(f"noise must be at least 0, got {noise}")
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(x))
    if noise:
        x = x + rng.normal(0, noise / 16, size=x.shape)
    parts = np.split(order, [n_train, n_train + n_validation])
    return Digits(*(array[part] for part in parts for array in (x, labels)), *parts)


def run_names():
    """Names of the committed runs, sorted.

    Used in chapter 5 (sec-bp-race).

    Returns
    -------
    list of str
        What `load_run` takes.

    Examples
    --------
    >>> "calibration" in run_names()
    True
    """
    folder = resources.files(__package__) / "runs"
    return sorted(f.name.removesuffix(".json") for f in folder.iterdir() if f.suffix == ".json")


def load_run(name):
    """A committed run: what a training of minutes gave, with its seeds, settings and machine.

    Iterative training gives slightly other numbers on another processor, so the book's notebooks
    show the code of a run and load its result. ``make runs`` writes them all again.

    Used in chapter 5 (sec-bp-race).

    Parameters
    ----------
    name : str
        One of `run_names`.

    Returns
    -------
    dict
        ``name``, ``about``, ``settings``, ``seeds``, ``versions``, ``cpu`` and ``results``, whose
        form ``tools/make_runs.py`` documents. Numbers are rounded to 6 significant digits.

    Raises
    ------
    ValueError
        If there is no such run.
    """
    if name not in run_names():
        raise ValueError(f"no run {name!r}: choose one of {', '.join(run_names())}")
    text = (resources.files(__package__) / "runs" / f"{name}.json").read_text(encoding="utf-8")
    return json.loads(text)


def load_benchmarks():
    """The committed benchmark: accuracy and speed of ``softmax_src`` and of the usual libraries.

    ``python -m benchmarks --save`` in the book's repository writes it, where all of them are
    installed.

    Used in appendix D (sec-float-bounds).

    Returns
    -------
    dict
        ``machine`` and ``versions``; ``accuracy[dtype][quantity][library][family]``, the largest
        error on that family of logits in units in the last place, None where a library gives inf
        or nan in place of a number; and ``speed``, a list of cases with ``milliseconds``.

    Examples
    --------
    >>> list(load_benchmarks()["accuracy"]["float32"])
    ['softmax', 'log_softmax', 'loss', 'gradient']
    """
    file = resources.files(__package__) / "benchmarks.json"
    return json.loads(file.read_text(encoding="utf-8"))
