"""The largest error of each library on each family of logits, in units in the last place."""

import math
import warnings

import numpy as np
from tqdm import tqdm

from benchmarks.families import FAMILIES, labels, logits
from benchmarks.libraries import COMPOSED, installed
from benchmarks.oracle import Row

CLASSES = (2, 10, 129, 1000, 50257)
DTYPES = ("float64", "float32", "float16")


def measure(classes=CLASSES):
    """Return ``{dtype: {quantity: {library: {family: ulps}}}}``.

    An error is None where a library gives inf or nan although the true value is a number, and
    absent where it has no such function for that type.
    """
    errors = {}
    libraries = installed()
    jobs = [(t, f, k) for k in classes for f in FAMILIES for t in DTYPES]
    for dtype, family, k in tqdm(jobs, desc="accuracy", unit="row"):
        z = logits(family, k, np.dtype(dtype))
        row = Row(z)
        truths = {"softmax": row.softmax(), "log_softmax": row.log_softmax()}
        for c in labels(z):
            truth = truths | {"loss": row.loss(c), "gradient": row.gradient(c)}
            for library, adapter in libraries.items():
                for quantity, computed in _answers(adapter, z, c, COMPOSED.get(library, ())):
                    worst = (
                        errors.setdefault(dtype, {})
                        .setdefault(quantity, {})
                        .setdefault(library, {})
                    )
                    error = truth[quantity].ulps(computed)
                    worst[family] = max(worst.get(family, 0.0), error)
    return _without_infinities(errors)


def _answers(adapter, z, c, composed=()):
    """Yield the name and the value of what a library computes for one row and label."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # overflow is what we look for
        functions = adapter(z[None], np.array([c]))
        for quantity in ("softmax", "log_softmax"):
            if quantity in functions:
                yield quantity, np.asarray(functions[quantity]())[0]
        if "loss and gradient" in functions and "loss" not in composed:
            loss, gradient = functions["loss and gradient"]()
            yield "loss", np.asarray(loss)[None]
            yield "gradient", np.asarray(gradient)[0]


def _without_infinities(errors):
    """Replace inf, which JSON lacks, and round to what is worth reading."""
    if isinstance(errors, dict):
        return {key: _without_infinities(value) for key, value in errors.items()}
    return float(f"{errors:.3g}") if math.isfinite(errors) else None


def worst(by_family):
    """Return the largest error over families, and None if one is infinite."""
    values = by_family.values()
    return None if None in values else max(values)
