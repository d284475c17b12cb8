"""A plugin for pytest that puts softmax_src in the place of SciPy's functions in SciPy's tests."""

import numpy as np

import softmax_src


def like_scipy(f):
    """Return f with SciPy's defaults: all axes, and single numbers allowed."""

    def g(z, axis=None, **options):
        return f(np.atleast_1d(np.asarray(z)), axis=axis, **options)

    return g


def pytest_collection_modifyitems(items):
    """Replace the names in the modules that were collected."""
    for module in {item.module for item in items}:
        for name in ("softmax", "log_softmax", "logsumexp"):
            setattr(module, name, like_scipy(getattr(softmax_src, name)))
