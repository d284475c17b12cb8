"""Families of logits on which a softmax can go wrong, shared by the tests and the benchmark.

Each family is a function of a random generator, the number of classes and the largest float of
the type under test; it returns one row of K logits in float64, to be rounded to that type.
"""

import numpy as np


def _dominant(rng, k, largest):
    """One class ahead of all others by so much that 1 + rest rounds to 1."""
    z = rng.normal(size=k)
    z[rng.integers(k)] += 60.0
    return z


def _offset(offset):
    return lambda rng, k, largest: rng.normal(size=k) + offset


def _normal(sd):
    return lambda rng, k, largest: rng.normal(scale=sd, size=k)


def _unseen(rng, k, largest):
    """One class far ahead; a running sum that begins with it rounds every other term away."""
    z = np.full(k, -36.77)
    z[0] = 0.0
    return z


def _ties(rng, k, largest):
    """Integers from a small range, so that the largest occurs several times."""
    return rng.integers(-3, 4, size=k).astype(float)


def _masked(rng, k, largest):
    """About half of the classes ruled out by −inf, though never all."""
    z = rng.normal(scale=3.0, size=k)
    z[rng.random(k) < 0.5] = -np.inf
    z[rng.integers(k)] = 1.0
    return z


def _subnormal(rng, k, largest):
    """All probabilities but one are subnormal numbers of float64."""
    z = rng.uniform(-744.0, -709.0, size=k)
    z[rng.integers(k)] = 0.0
    return z


def _log_probabilities(rng, k, largest):
    """Logarithms of numbers that sum to 1, some of them tiny: their LSE is nearly 0."""
    return np.log(np.maximum(rng.dirichlet(np.full(k, 0.3)), 1e-300))


def _near_largest(rng, k, largest):
    """From the lowest to the highest float, where z − m overflows; the top is shared."""
    z = rng.uniform(-1.0, 1.0, size=k) * largest
    z[rng.integers(k, size=2)] = 0.99 * largest
    return z


def _huge(rng, k, largest):
    """Two neighbours at 1e30, which differ by far more than any exponential can hold."""
    z = rng.normal(size=k)
    top = min(1e30, largest / 4)
    z[rng.integers(k, size=2)] = top
    z[rng.integers(k)] = np.nextafter(top, 0.0)
    return z


FAMILIES = {
    "normal, sd 1": _normal(1.0),
    "normal, sd 10": _normal(10.0),
    "normal, sd 100": _normal(100.0),
    "offset 1e4": _offset(1e4),
    "offset −1e4": _offset(-1e4),
    "offset 1e7": lambda rng, k, largest: rng.normal(size=k) + min(1e7, largest / 2),
    "offset 1e4, sd 100": lambda rng, k, largest: rng.normal(1e4, 100.0, size=k),
    "many that a running sum cannot see": _unseen,
    "ties": _ties,
    "all equal": lambda rng, k, largest: np.full(k, rng.normal()),
    "one dominant": _dominant,
    "uniform to the underflow limit": lambda rng, k, largest: rng.uniform(-745.0, 0.0, size=k),
    "subnormal probabilities": _subnormal,
    "masked by −inf": _masked,
    "log-probabilities": _log_probabilities,
    "two at 1e30": _huge,
    "near the largest float": _near_largest,
}


def logits(family, n_classes, dtype=np.float64, seed=0):
    """Return one row ``(K,)`` of a family, rounded to a float type."""
    rng = np.random.default_rng([seed, n_classes, *family.encode()])
    dtype = np.dtype(dtype)
    return FAMILIES[family](rng, n_classes, float(np.finfo(dtype).max)).astype(dtype)


def labels(z):
    """Return labels worth testing for a row: the likeliest, the least likely, one between."""
    order = np.argsort(z, kind="stable")
    return sorted({int(order[-1]), int(order[0]), int(order[len(z) // 2])})
