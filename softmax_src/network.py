"""A small fully connected network, with backpropagation as chapter 5 derives it.

Layer ``l`` takes the activations ``a[l-1]`` of the layer below and has

- ``W[l]`` of shape (J, K): ``W[l][j, k]`` is the book's :math:`w^l_{jk}`, from neuron k to j;
- ``b[l]`` of shape (J,), the biases;
- ``z[l] = a[l-1] @ W[l].T + b[l]`` of shape (N, J), the pre-activations, one example a row;
- ``a[l]``, the activations, and ``delta`` :math:`= \\partial C/\\partial z^l`, shaped as ``z[l]``.

Layer 0 is the input, layer ``L`` the output. What the output layer does, and which cost judges it,
is one function: an output/cost pair. It takes the logits ``z[L]`` and the targets y, both (N, K),
and returns the activations a (N, K), the costs C (N,), and delta :math:`= \\partial C/\\partial z`
(N, K). With a softmax, a row that holds +inf or nan, or −inf alone, is nan in all three. A sigmoid
is 0 or 1 at ±inf; nan gives nan there and for the row's cost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softmax_src.activations import one_hot, sigmoid, softmax
from softmax_src.jacobian import softmax_jvp
from softmax_src.losses import multilabel_logistic_loss, quadratic_loss, softmax_loss

Array = NDArray[np.floating[Any]]
Layers = dict[int, Any]  # of arrays, by the number of the layer
Pair = Callable[[Array, Array], tuple[Array, Any, Array]]


def softmax_nll(z: Array, y: Array) -> tuple[Array, Any, Array]:
    """Softmax and log-likelihood: the Jacobian cancels, δ = a − y.

    Derived in chapter 5 (sec-bp-norms).

    Examples
    --------
    >>> a, C, delta = softmax_nll(np.zeros((1, 2)), np.array([[1.0, 0.0]]))
    >>> a, C.round(3), delta
    (array([[0.5, 0.5]]), array([0.693]), array([[-0.5,  0.5]]))
    """
    a = softmax(z)
    return a, softmax_loss(z, y, reduction="none"), a - y


def softmax_quadratic(z: Array, y: Array) -> tuple[Array, Any, Array]:
    """Softmax and ½‖a − y‖²: the Jacobian stays, δ = (diag(a) − a aᵀ)(a − y).

    Derived in chapter 5 (sec-bp-norms).
    """
    a = softmax(z)
    return a, quadratic_loss(a, y, reduction="none"), softmax_jvp(z, a - y)


def sigmoid_cross_entropy(z: Array, y: Array) -> tuple[Array, Any, Array]:
    """Sigmoids, each with its binary cross-entropy: σ′ cancels, δ = a − y.

    Derived in chapter 5 (sec-bp-norms).
    """
    a = sigmoid(z)
    return a, multilabel_logistic_loss(z, y, reduction="none"), a - y


def sigmoid_quadratic(z: Array, y: Array) -> tuple[Array, Any, Array]:
    """Sigmoids and ½‖a − y‖²: σ′(z) = a(1 − a) stays, δ = (a − y) σ′(z).

    Derived in chapter 5 (sec-bp-norms).
    """
    a = sigmoid(z)
    return a, quadratic_loss(a, y, reduction="none"), (a - y) * a * (1 - a)


def double_softmax_nll(z: Array, y: Array) -> tuple[Array, Any, Array]:
    """A frequent bug: probabilities passed off as logits, so that one Jacobian stays.

    Derived in chapter 4 (sec-loss-double).
    """
    once = softmax(z)
    a, C, v = softmax_nll(once, y)
    return a, C, softmax_jvp(z, v)


PAIRS: dict[str, Pair] = {
    "softmax+nll": softmax_nll,
    "softmax+quadratic": softmax_quadratic,
    "sigmoid+cross-entropy": sigmoid_cross_entropy,
    "sigmoid+quadratic": sigmoid_quadratic,
    "double-softmax+nll": double_softmax_nll,
}

# Hidden activations f(z), each with f′(z) written in a = f(z), which the forward pass has kept.
HIDDEN: dict[str, tuple[Callable[[Array], Any], Callable[[Array], Any]]] = {
    "sigmoid": (sigmoid, lambda a: a * (1 - a)),
    "tanh": (np.tanh, lambda a: 1 - a**2),
    "relu": (lambda z: np.maximum(z, 0), lambda a: a > 0),
}

# Standard deviation of a layer's initial weights, from the numbers of its inputs and outputs.
INITS: dict[str, Callable[[int, int], Any]] = {
    "scaled": lambda n_in, n_out: np.sqrt(1 / n_in),
    "glorot": lambda n_in, n_out: np.sqrt(2 / (n_in + n_out)),
    "he": lambda n_in, n_out: np.sqrt(2 / n_in),
}


class Network:
    """A fully connected classifier, trained by gradient descent on batches.

    Derived in chapter 5 (sec-bp-layers).

    Parameters
    ----------
    sizes : sequence of int
        Neurons per layer, the input first: ``(64, 30, 10)`` for the digits.
    hidden : {"sigmoid", "tanh", "relu"}
        The activation of every hidden layer.
    pair : str or callable
        The output layer and its cost: a key of `PAIRS`, or a function of z and y that returns a,
        C and delta, as the head of this module says.
    init : {"scaled", "glorot", "he"}, optional
        Normal initial weights of variance ``1/n_in``, ``2/(n_in + n_out)`` or ``2/n_in``; by
        default "he" for ReLU and "glorot" otherwise, after the papers below. Biases start at 0.
    output_scale : float
        The output layer's initial weights are multiplied by this: 30 makes a confidently wrong
        network, which chapter 5 lets four pairs recover from.
    seed : int
        Of the initial weights and of the order of the examples in `train`.

    Attributes
    ----------
    W, b : dict
        Weights (J, K) and biases (J,) of layers 1 to L.

    Raises
    ------
    ValueError
        If `sizes` does not name an input and an output layer of at least one neuron each, or
        `hidden`, `pair` or `init` is another word.

    References
    ----------
    X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural
    networks", AISTATS 2010.

    Kaiming He et al., "Delving deep into rectifiers", ICCV 2015.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    >>> labels = np.array([0, 1, 1, 0])
    >>> network = Network((2, 8, 2), seed=1)
    >>> history = network.train(x, labels, epochs=200, lr=0.5, batch_size=4)
    >>> network.predict(x)
    array([0, 1, 1, 0])
    """

    def __init__(
        self,
        sizes: Sequence[int],
        hidden: str = "tanh",
        pair: str | Pair = "softmax+nll",
        init: str | None = None,
        output_scale: float = 1.0,
        seed: int = 0,
    ) -> None:
        if len(sizes) < 2 or min(sizes) < 1:
            raise ValueError(f"sizes must name at least an input and an output layer, got {sizes}")
        self.sizes, self.hidden, self.L = tuple(sizes), hidden, len(sizes) - 1
        self.f, self.f_prime = _lookup(HIDDEN, hidden, "hidden activation")
        self.pair: Pair = pair if callable(pair) else _lookup(PAIRS, pair, "output/cost pair")
        sd = _lookup(INITS, init or ("he" if hidden == "relu" else "glorot"), "initialisation")
        self.rng = np.random.default_rng(seed)
        self.W: Layers = {}
        self.b: Layers = {}
        for l in range(1, self.L + 1):
            K, J = sizes[l - 1], sizes[l]
            self.W[l] = self.rng.normal(0, sd(K, J), size=(J, K))
            self.b[l] = np.zeros(J)
        self.W[self.L] *= output_scale

    def __repr__(self) -> str:
        name = next((name for name, pair in PAIRS.items() if pair is self.pair), "custom pair")
        return f"Network({'-'.join(map(str, self.sizes))}, {self.hidden}, {name})"

    def forward(self, x: ArrayLike) -> tuple[Layers, Layers]:
        """Pre-activations ``z[1..L]``, activations ``a[0..L-1]`` of ``x``, ``(N, n_in)``."""
        z, a = {}, {0: np.asarray(x, dtype=float)}
        for l in range(1, self.L + 1):
            z[l] = a[l - 1] @ self.W[l].T + self.b[l]  # (N, J)
            if l < self.L:
                a[l] = self.f(z[l])
        return z, a

    def logits(self, x: ArrayLike) -> Array:
        """The output layer's pre-activations ``z[L]``, of shape ``(N, n_out)``."""
        return self.forward(x)[0][self.L]

    def predict_proba(self, x: ArrayLike) -> Array:
        """The output activations ``a[L]``, ``(N, n_out)``; with sigmoids no row need sum to 1."""
        z = self.logits(x)
        return self.pair(z, np.full_like(z, 1 / z.shape[1]))[0]  # any target will do

    def predict(self, x: ArrayLike) -> NDArray[np.intp]:
        """The class of the largest output (N,)."""
        return self.predict_proba(x).argmax(axis=1)

    def backpropagate(self, x: ArrayLike, y: Array) -> tuple[Layers, Layers]:
        """Gradients of the mean cost of ``x``, ``(N, n_in)``, with targets ``y``, ``(N, n_out)``.

        Returns
        -------
        grad_W, grad_b : dict of ndarray
            Keyed and shaped as `W` and `b`.

        Raises
        ------
        ValueError
            If the shapes do not fit, or the pair refuses the targets: those of a log-likelihood
            must be probabilities, those of a cross-entropy from 0 to 1.
        """
        z, a = self.forward(x)
        a[self.L], C, delta = self.pair(z[self.L], y)  # δ^L, (N, K)
        grad_W, grad_b = {}, {}
        for l in range(self.L, 0, -1):
            grad_W[l] = delta.T @ a[l - 1] / len(C)  # mean δ_j a_k, (J, K)
            grad_b[l] = delta.mean(axis=0)  # mean δ_j, (J,)
            if l > 1:  # one layer down: (N, J) to (N, K)
                delta = (delta @ self.W[l]) * self.f_prime(a[l - 1])
        return grad_W, grad_b

    def step(self, x: ArrayLike, y: Array, lr: float) -> None:
        """One step of gradient descent on a batch."""
        grad_W, grad_b = self.backpropagate(x, y)
        for l in self.W:
            self.W[l] -= lr * grad_W[l]
            self.b[l] -= lr * grad_b[l]

    def evaluate(self, x: ArrayLike, labels: ArrayLike) -> dict[str, float]:
        """Mean cost, accuracy and mean norm of ``delta`` at ``z[L]`` on ``x``, ``(N, n_in)``.

        With labels (N,) an answer is right if the largest output is the label's, with targets
        ``(N, n_out)`` if every output is on its target's side of ½.
        """
        y = self._targets(labels)
        a, C, delta = self.pair(self.logits(x), y)
        if np.ndim(labels) == 1:
            right = a.argmax(axis=1) == labels
        else:
            right = np.all((a > 0.5) == (y > 0.5), axis=1)
        return {
            "cost": float(C.mean()),
            "accuracy": float(right.mean()),
            "delta_norm": float(np.linalg.norm(delta, axis=1).mean()),
        }

    def train(
        self,
        x: ArrayLike,
        labels: ArrayLike,
        epochs: int,
        lr: float,
        batch_size: int = 32,
        test: tuple[ArrayLike, ArrayLike] | None = None,
        progress: bool | None = None,
    ) -> dict[str, list[float]]:
        """Mini-batch gradient descent, in a new random order each epoch.

        Parameters
        ----------
        x, labels : ndarray
            Inputs ``(N, n_in)`` and their classes (N,), or targets ``(N, n_out)``: soft, or with
            several 1s in a row for the sigmoid pairs.
        epochs, lr, batch_size : int, float, int
            Passes over the data, step size, examples per step.
        test : (x, labels), optional
            Evaluated beside the training data.
        progress : bool, optional
            A progress bar on stderr. By default only in a terminal, after two seconds of training,
            and so never in a notebook's saved output.

        Returns
        -------
        dict of list
            ``train_cost``, ``train_accuracy``, ``train_delta_norm`` and, with `test`, the same with
            ``test_``: one number before training and one after each epoch.

        Raises
        ------
        TypeError, IndexError
            If labels are not integers, or negative or too large.
        ValueError
            If shapes do not fit, `lr` is not above 0, `epochs` is negative or `batch_size` below 1,
            or the pair refuses the targets, as in `backpropagate`.
        """
        x, labels = np.asarray(x), np.asarray(labels)
        if not (lr > 0 and epochs >= 0 and batch_size >= 1):
            raise ValueError(f"no training with {lr=}, {epochs=}, {batch_size=}")
        y = self._targets(labels)
        if x.ndim != 2 or x.shape[1] != self.sizes[0] or y.shape != (len(x), self.sizes[-1]):
            raise ValueError(
                f"need inputs (N, {self.sizes[0]}) and as many labels (N,) or targets "
                f"(N, {self.sizes[-1]}), got shapes {x.shape} and {labels.shape}"
            )
        sets = {"train": (x, labels)} | ({} if test is None else {"test": test})
        history: dict[str, list[float]] = {}
        self._record(history, sets)
        for _ in _progress_bar(epochs, progress):
            order = self.rng.permutation(len(x))
            for start in range(0, len(x), batch_size):
                batch = order[start : start + batch_size]
                self.step(x[batch], y[batch], lr)
            self._record(history, sets)
        return history

    def _targets(self, labels: ArrayLike) -> Array:
        return one_hot(labels, self.sizes[-1]) if np.ndim(labels) == 1 else np.asarray(labels)

    def _record(
        self, history: dict[str, list[float]], sets: dict[str, tuple[ArrayLike, ArrayLike]]
    ) -> None:
        for name, (x, labels) in sets.items():
            for quantity, value in self.evaluate(x, labels).items():
                history.setdefault(f"{name}_{quantity}", []).append(value)


def _lookup(table: dict[str, Any], key: str, what: str) -> Any:
    if key not in table:
        raise ValueError(f"unknown {what} {key!r}: choose one of {', '.join(table)}")
    return table[key]


def _progress_bar(epochs: int, progress: bool | None) -> Iterable[int]:
    try:
        from tqdm import tqdm  # here, so that the maths can be imported without it
    except ImportError:
        return range(epochs)  # no bar, the same training

    # disable=None means "unless stderr is a terminal", which it never is in a notebook.
    hidden = None if progress is None else not progress
    return tqdm(range(epochs), unit="epoch", disable=hidden, delay=2, leave=False)
