"""The same five quantities from each library, behind one interface.

Each function takes logits ``(N, K)`` and labels ``(N,)`` and returns, for each quantity that the
library offers, a function of no arguments: converting the input is not what we time.
"""

import functools
import importlib.metadata
import importlib.util

import numpy as np

#: What a library does not have and is composed here of what it has, for the sake of its time.
COMPOSED = {
    "SciPy": {"loss": "-log_softmax[c]", "loss and gradient": "that and softmax - one-hot"},
    "JAX": {"loss": "-log_softmax[c]", "loss and gradient": "value_and_grad of that"},
}

QUANTITIES = ("softmax", "log_softmax", "logsumexp", "loss", "loss and gradient")


def _softmax_src(z, c):
    import softmax_src

    return {
        "softmax": lambda: softmax_src.softmax(z),
        "log_softmax": lambda: softmax_src.log_softmax(z),
        "logsumexp": lambda: softmax_src.logsumexp(z),
        "loss": lambda: softmax_src.softmax_loss(z, c),
        "loss and gradient": lambda: (
            softmax_src.softmax_loss(z, c),
            softmax_src.softmax_loss_gradient(z, c),
        ),
    }


def _scipy(z, c):
    from scipy import special

    rows = np.arange(len(z))

    def loss():
        return -special.log_softmax(z, axis=-1)[rows, c].mean()

    def loss_and_gradient():
        gradient = special.softmax(z, axis=-1)
        gradient[rows, c] -= 1
        gradient /= len(z)
        return loss(), gradient

    return {
        "softmax": lambda: special.softmax(z, axis=-1),
        "log_softmax": lambda: special.log_softmax(z, axis=-1),
        "logsumexp": lambda: special.logsumexp(z, axis=-1),
        "loss": loss,
        "loss and gradient": loss_and_gradient,
    }


def _sklearn(z, c):
    from sklearn.utils.extmath import softmax

    return {"softmax": lambda: softmax(z)}


def _torch(z, c):
    import torch
    from torch.nn import functional

    torch.set_num_threads(1)
    z, c = torch.tensor(z), torch.tensor(c)
    leaf = z.clone().requires_grad_()

    def loss_and_gradient():
        loss = functional.cross_entropy(leaf, c)
        return loss.detach(), *torch.autograd.grad(loss, leaf)

    return {
        "softmax": lambda: torch.softmax(z, -1),
        "log_softmax": lambda: torch.log_softmax(z, -1),
        "logsumexp": lambda: torch.logsumexp(z, -1),
        "loss": lambda: functional.cross_entropy(z, c),
        "loss and gradient": loss_and_gradient,
    }


@functools.cache
def _jax_functions():
    """Return the compiled functions; JAX compiles each once for every shape and type."""
    import jax

    jax.config.update("jax_enable_x64", True)

    def mean_loss(z, c):
        return -jax.numpy.take_along_axis(jax.nn.log_softmax(z), c[:, None], 1).mean()

    functions = {
        "softmax": lambda z, c: jax.nn.softmax(z),
        "log_softmax": lambda z, c: jax.nn.log_softmax(z),
        "logsumexp": lambda z, c: jax.nn.logsumexp(z, axis=-1),
        "loss": mean_loss,
        "loss and gradient": jax.value_and_grad(mean_loss),
    }
    return {name: jax.jit(f) for name, f in functions.items()}


def _jax(z, c):
    import jax

    functions = _jax_functions()
    z, c = jax.numpy.asarray(z), jax.numpy.asarray(c)
    return {name: lambda f=f: jax.block_until_ready(f(z, c)) for name, f in functions.items()}


#: Module to import, package on PyPI, name to print, adapter.
_KNOWN = [
    ("softmax_src", "softmax-src", "softmax_src", _softmax_src),
    ("scipy", "scipy", "SciPy", _scipy),
    ("sklearn", "scikit-learn", "scikit-learn", _sklearn),
    ("torch", "torch", "PyTorch", _torch),
    ("jax", "jax", "JAX", _jax),
]


def installed():
    """Return the adapters of the libraries that are installed, by name."""
    return {
        name: adapter for module, _, name, adapter in _KNOWN if importlib.util.find_spec(module)
    }


def missing():
    """Return the names of those that are not installed."""
    return [name for *_, name, _ in _KNOWN if name not in installed()]


def versions():
    """Return the versions of the installed libraries and of NumPy, by name."""
    found = {"NumPy": np.__version__}
    for module, package, name, _ in _KNOWN[1:]:
        if importlib.util.find_spec(module):
            found[name] = importlib.metadata.version(package)
    return found
