"""The experiments behind the book's committed runs, one training each.

``make runs`` repeats them over seeds and stores what comes out; a chapter shows the function beside
the stored result. The seed of an experiment is that of the split, of the noise, of the initial
weights and of the order of the examples.
"""

import itertools

import numpy as np

from softmax_book.data import load_digits
from softmax_book.metrics import average_precision_score, roc_auc_score
from softmax_src.activations import one_hot, one_vs_rest_margin, sigmoid, softmax
from softmax_src.calibration import (
    expected_calibration_error,
    fit_temperature,
    reliability_bins,
)
from softmax_src.losses import multilabel_logistic_loss, softmax_loss
from softmax_src.network import Network, softmax_nll
from softmax_src.neuron import COSTS


def train_on_digits(seed, lr, epochs, noise=0, sizes=(64, 30, 10), **kwargs):
    """Train on 1297 digits, test on 500: the digits, the network, its history."""
    digits = load_digits(seed, noise=noise)
    net = Network(sizes, seed=seed, **kwargs)
    train = digits.x_train, digits.y_train
    test = digits.x_test, digits.y_test
    return digits, net, net.train(*train, epochs, lr, test=test)


def epochs_to(accuracies, level):
    """The first epoch with that accuracy, or None; epoch 0 is before training."""
    return next((epoch for epoch, value in enumerate(accuracies) if value >= level), None)


# Chapters 1 and 5: does another optimiser help? Each turns the gradient of one array of parameters
# (its key) into the direction that the rate multiplies, and remembers what it has seen.


def sgd():
    """Plain gradient descent: the gradient itself."""
    return lambda key, gradient: gradient


def momentum(mu=0.9):
    """A sum of all gradients so far, each older one counted less."""
    velocity = {}

    def direction(key, gradient):
        velocity[key] = mu * velocity.get(key, 0) + gradient
        return velocity[key]

    return direction


def adam(tiny=1e-8):
    """The mean of recent gradients, divided entry by entry by their root mean square."""
    steps, mean, square = {}, {}, {}
    beta_1, beta_2 = 0.9, 0.999

    def direction(key, gradient):
        t = steps[key] = steps.get(key, 0) + 1
        mean[key] = beta_1 * mean.get(key, 0) + (1 - beta_1) * gradient
        square[key] = beta_2 * square.get(key, 0) + (1 - beta_2) * gradient**2
        # Both began at 0; divided by their weights' sum they are means of what has been seen.
        m, s = mean[key] / (1 - beta_1**t), square[key] / (1 - beta_2**t)
        return m / (np.sqrt(s) + tiny)

    return direction


OPTIMISERS = {"sgd": sgd, "momentum": momentum, "adam": adam}


class OptimisedNetwork(Network):
    """The same network, trained by one of the `OPTIMISERS`."""

    def __init__(self, *args, optimiser, **kwargs):
        super().__init__(*args, **kwargs)
        self.direction = OPTIMISERS[optimiser]()

    def step(self, x, y, lr):
        """One step on a batch, in the optimiser's direction."""
        grad_W, grad_b = self.backpropagate(x, y)
        for l in self.W:
            self.W[l] -= lr * self.direction(("W", l), grad_W[l])
            self.b[l] -= lr * self.direction(("b", l), grad_b[l])


def neuron_to_half(z, cost, optimiser, lr, limit=2000):
    """Steps until the neuron of chapter 1, started at w = z and b = 0, has an output below ½."""
    neuron = OptimisedNetwork((1, 1), pair=COSTS[cost], optimiser=optimiser)
    neuron.W[1][:] = z
    x, y = np.ones((1, 1)), np.zeros((1, 1))
    for step in range(limit):
        if neuron.predict_proba(x)[0, 0] < 0.5:
            return step
        neuron.step(x, y, lr)
    return None


def optimised_race(seed, lr, epochs, **kwargs):
    """Test accuracy by epoch, the share of training digits that are stuck, how many are lost.

    A training digit is stuck if it is misread and yet the gradient hardly asks for its own output:
    |δ_c| < 0.001. One of the ten digits is lost if less than a tenth of it is read right.
    """
    digits, net = load_digits(seed), OptimisedNetwork((64, 30, 10), seed=seed, **kwargs)
    x, labels = digits.x_train, digits.y_train
    history = net.train(x, labels, epochs, lr, test=(digits.x_test, digits.y_test))
    a, _, delta = net.pair(net.logits(x), one_hot(labels, 10))
    right = a.argmax(axis=1) == labels
    stuck = ~right & (np.abs(delta[np.arange(len(labels)), labels]) < 0.001)
    lost = sum(np.mean(right[labels == k]) < 0.1 for k in range(10))
    return history["test_accuracy"], np.mean(stuck), lost


# Chapter 5: what the pairing does not cure


def saturated_hidden(seed, hidden_scale, lr, epochs):
    """Final accuracy and travel of hidden weights that start scaled up."""
    digits, net = load_digits(seed), Network((64, 30, 10), seed=seed)
    net.W[1] *= hidden_scale
    before = net.W[1].copy()
    train = digits.x_train, digits.y_train
    test = digits.x_test, digits.y_test
    history = net.train(*train, epochs, lr, test=test)
    moved = np.linalg.norm(net.W[1] - before) / np.linalg.norm(before)
    return history["test_accuracy"][-1], moved


def hidden_slopes(seed, hidden_scale, lr, epochs):
    """Mean slope 1 − a² of the hidden tanh neurons over the training digits, before and after."""
    digits, net = load_digits(seed), Network((64, 30, 10), seed=seed)
    net.W[1] *= hidden_scale
    hidden = hidden_of(net)
    before = np.mean(1 - hidden(digits.x_train) ** 2)
    net.train(digits.x_train, digits.y_train, epochs, lr)
    return before, np.mean(1 - hidden(digits.x_train) ** 2)


# Chapter 4: two softmaxes in smaller batches; clipping


def smaller_batches(seed, pair, lr, epochs, batch_size=10):
    """Test accuracy by epoch of the digits network, with more and smaller steps an epoch."""
    digits, net = load_digits(seed), Network((64, 30, 10), pair=pair, seed=seed)
    train, test = (digits.x_train, digits.y_train), (digits.x_test, digits.y_test)
    return net.train(*train, epochs, lr, batch_size=batch_size, test=test)["test_accuracy"]


def clipped_nll(floor):
    """Softmax and −log max(a_c, floor): where the clip acts, the cost is flat and δ is 0."""

    def pair(z, y):
        a, _, delta = softmax_nll(z, y)
        a_c = np.sum(a * y, axis=1, keepdims=True)  # (N, 1)
        C = -np.log(np.maximum(a_c, floor))[:, 0]
        return a, C, delta * (a_c > floor)

    return pair


# Chapter 3: calibration


def calibration(seed, noise=5.0, hidden=100, epochs=4000, lr=0.2):
    """Overtrain on 200 noisy digits; judge the test probabilities before and after one T."""
    digits = load_digits(seed, n_train=200, n_validation=500, noise=noise)
    net = Network((64, hidden, 10), hidden="relu", seed=seed)
    net.train(digits.x_train, digits.y_train, epochs, lr, batch_size=200)
    T = fit_temperature(net.logits(digits.x_validation), digits.y_validation)
    z, labels = net.logits(digits.x_test), digits.y_test
    a, cooled = softmax(z), softmax(z, temperature=T)
    seen = net.predict_proba(digits.x_train)
    return {
        "train_accuracy": np.mean(seen.argmax(axis=1) == digits.y_train),
        "train_confidence": seen.max(axis=1).mean(),
        "T": T,
        "accuracy": np.mean(a.argmax(axis=1) == labels),
        "confidence": a.max(axis=1).mean(),
        "confidence_T": cooled.max(axis=1).mean(),
        "ece": expected_calibration_error(a, labels),
        "ece_T": expected_calibration_error(cooled, labels),
        "nll": softmax_loss(z, labels),
        "nll_T": softmax_loss(z / T, labels),
        "same_argmax": bool(np.all(a.argmax(axis=1) == cooled.argmax(axis=1))),
        "T_on_test": fit_temperature(z, labels),
        "T_balanced": balanced_temperature(z, np.mean(a.argmax(axis=1) == labels)),
        "honest": against_honest(z, labels, seed),
        "honest_T": against_honest(z / T, labels, seed),
        "bins": bin_sums(a, labels),
        "bins_T": bin_sums(cooled, labels),
    }, (z, labels)


def balanced_temperature(z, accuracy):
    """The temperature at which the mean confidence equals the accuracy."""
    low, high = 0.1, 10.0
    for _ in range(50):  # confidence falls as T rises
        T = (low + high) / 2
        too_sure = softmax(z, temperature=T).max(axis=1).mean() > accuracy
        low, high = (T, high) if too_sure else (low, T)
    return T


def against_honest(z, labels, seed, draws=1000):
    """The ECE that logits z would have if they were honest: labels are drawn from softmax(z).

    ``at_least`` is the share of the draws whose ECE is no smaller than that of the true labels.
    """
    a, rng = softmax(z), np.random.default_rng(seed)
    ece = np.empty(draws)
    for i in range(draws):
        drawn = (z + rng.gumbel(size=z.shape)).argmax(axis=1)  # Gumbel-max
        ece[i] = expected_calibration_error(a, drawn)
    return {
        "mean": ece.mean(),
        "quantile_95": np.quantile(ece, 0.95),
        "at_least": np.mean(ece >= expected_calibration_error(a, labels)),
    }


def bin_sums(a, labels):
    """In each of 15 bins of confidence: examples, the sum of confidences, right answers."""
    _, counts, confidence, accuracy = reliability_bins(a, labels)
    return [counts, np.nan_to_num(confidence) * counts, np.nan_to_num(accuracy) * counts]


# Chapter 3: sums of sigmoids


def sums_of_sigmoids(seed, noise=4.0):
    """Ten logistic regressions, one a digit, on noisy digits: the sums of their ten outputs."""
    digits, net, history = train_on_digits(
        seed, lr=0.3, epochs=40, noise=noise, sizes=(64, 10), pair="sigmoid+cross-entropy"
    )
    return net.predict_proba(digits.x_test).sum(axis=1), history["test_accuracy"][-1]


# Chapter 3: draw a digit


def jitter(x, rng):
    """Digits x (N, 64) as drawn by hand: moved by up to a pixel, half of them stark.

    A drawing on an 8 × 8 grid has neither a scanned digit's place nor its grey edges.
    """
    pictures = x.reshape(-1, 8, 8)
    moved = np.zeros_like(pictures)
    padded = np.pad(pictures, ((0, 0), (1, 1), (1, 1)))
    for i, (down, right) in enumerate(rng.integers(0, 3, size=(len(x), 2))):
        moved[i] = padded[i, down : down + 8, right : right + 8]
    stark = rng.random(len(x)) < 0.5
    threshold = rng.uniform(0.25, 0.6, size=(len(x), 1, 1))
    moved = np.where(stark[:, None, None], moved > threshold, moved)
    return moved.reshape(-1, 64)


def train_on_jittered(net, x, labels, rng, epochs, lr, before=lambda x: x):
    """Train on new jittered copies each epoch; ``before`` is the part below the network."""
    for epoch in range(epochs):
        rate = lr * (1 - epoch / epochs)  # down to 0: the last steps average over the jitter
        copies = before(jitter(x, rng))
        net.train(copies, labels, 1, rate, batch_size=16, progress=False)


def hidden_of(net):
    """The function from inputs (N, n_in) to the activations of the first hidden layer."""
    return lambda x: net.forward(x)[1][1]


def train_to_read(seed=0, epochs=1000, lr=0.1, head_epochs=200):
    """A 64-30-10 softmax network that reads drawn digits, and a second output layer for it.

    The second layer, ten sigmoids, learns from the same 30 hidden activations, which stay as they
    are: the two answers to a drawing then differ by the output layer alone.
    """
    digits = load_digits(seed)
    net, rng = Network((64, 30, 10), seed=seed), np.random.default_rng(seed)
    train_on_jittered(net, digits.x_train, digits.y_train, rng, epochs, lr)
    head = Network((30, 10), pair="sigmoid+cross-entropy", seed=seed)
    train_on_jittered(
        head, digits.x_train, digits.y_train, rng, head_epochs, lr, before=hidden_of(net)
    )
    return digits, net, head


# Chapter 6: one-vs-rest and binary scores


def mean_over_classes(metric, y, scores):
    """A one-vs-rest metric's mean over the classes of y (N, K) and scores (N, K)."""
    return np.mean([metric(y[:, k], scores[:, k]) for k in range(y.shape[1])])


def one_vs_rest(seed, shift_sd=10.0):
    """Multinomial logistic regression on digits: which score ranks each class against the rest?"""
    digits, net, _ = train_on_digits(seed, lr=0.5, epochs=30, sizes=(64, 10))
    z, labels = net.logits(digits.x_test), digits.y_test
    a, y = softmax(z), one_hot(labels, 10)
    shift = np.random.default_rng(seed).normal(0, shift_sd, size=(len(z), 1))  # c(x), one a row
    scores = {"z": z, "a": a, "m": one_vs_rest_margin(z), "z_shifted": z + shift}
    scores |= {f"a_T{T}": softmax(z, temperature=T) for T in (0.2, 0.5, 2, 5)}
    auc = {name: mean_over_classes(roc_auc_score, y, score) for name, score in scores.items()}
    # c(x) = −Λ a_k(x) is another shift for each class k, so z_k − Λ a_k is what remains of z.
    auc["z_adversarial"] = mean_over_classes(roc_auc_score, y, z - 1e6 * a)
    ap = {k: mean_over_classes(average_precision_score, y, scores[k]) for k in list(scores)[:4]}
    return {
        "auc": auc,
        "average_precision": ap,
        "accuracy": np.mean(a.argmax(axis=1) == labels),
        "log_loss": softmax_loss(z, labels),
        "brier": np.mean(np.sum((a - y) ** 2, axis=1)),
        "ece": expected_calibration_error(a, labels),
    }, (z, labels)


def binary_saturation(seed, n_train=100, C=1e6):
    """A hardly regularised fit of "is the digit at least 5?": AUC of margins and of probabilities.

    The probability is computed in float64 and rounded once to the type.
    """
    from sklearn.linear_model import LogisticRegression

    digits = load_digits(seed, n_train=n_train)
    model = LogisticRegression(C=C, max_iter=10_000)
    model.fit(digits.x_train, digits.y_train >= 5)
    margin, y = model.decision_function(digits.x_test), digits.y_test >= 5
    p = sigmoid(margin)
    found = {"median_margin": np.median(np.abs(margin)), "auc_margin": roc_auc_score(y, margin)}
    for dtype in ("float64", "float32", "float16"):
        rounded = p.astype(dtype)
        found[f"auc_{dtype}"] = roc_auc_score(y, rounded)
        found[f"ones_{dtype}"] = np.mean(rounded == 1)
        found[f"zeros_{dtype}"] = np.mean(rounded == 0)
    return found


# Appendix B: several labels at once

ATTRIBUTES = {
    "has a loop": (0, 6, 8, 9),
    "is even": (0, 2, 4, 6, 8),
    "is at least 5": (5, 6, 7, 8, 9),
}
COMBINATIONS = np.array(list(itertools.product((0, 1), repeat=3)))  # (8, 3), row c is c in binary


def attributes_of(labels):
    """Which of the `ATTRIBUTES` each digit has: (N,) -> (N, 3) of 0 and 1."""
    return np.stack([np.isin(labels, digits) for digits in ATTRIBUTES.values()], axis=1).astype(int)


def multilabel(seed, lr=0.3, epochs=60):
    """Attributes of digits three ways: three sigmoids, a softmax over all 2³ combinations, and the
    wrong tool, a softmax over the three attributes, trained where there is at least one."""
    digits = load_digits(seed)
    x, x_test = digits.x_train, digits.x_test
    y, y_test = attributes_of(digits.y_train), attributes_of(digits.y_test)  # (N, 3)
    code, code_test = y @ [4, 2, 1], y_test @ [4, 2, 1]  # (N,), which row of COMBINATIONS

    sigmoids = Network((64, 30, 3), pair="sigmoid+cross-entropy", seed=seed)
    sigmoids.train(x, y, epochs, lr)
    joint = Network((64, 30, 8), seed=seed)
    joint.train(x, code, epochs, lr)
    wrong_tool = Network((64, 30, 3), seed=seed)
    some = y.any(axis=1)
    wrong_tool.train(x[some], y[some] / y[some].sum(axis=1, keepdims=True), epochs, lr)

    def exact(answer, truth=y_test):
        return np.mean(np.all(answer == truth, axis=1))

    a = sigmoids.predict_proba(x_test)  # (N, 3)
    p = joint.predict_proba(x_test)  # (N, 8)
    q, q_train = wrong_tool.predict_proba(x_test), wrong_tool.predict_proba(x)
    threshold = max(np.arange(0.02, 1, 0.02), key=lambda t: exact(q_train > t, y))
    return {
        "sigmoids": {
            "exact_match": exact(a > 0.5),
            "each": np.mean((a > 0.5) == y_test, axis=0),
            "nll": multilabel_logistic_loss(sigmoids.logits(x_test), y_test),
        },
        "softmax_over_combinations": {
            "exact_match": exact(COMBINATIONS[p.argmax(axis=1)]),
            "each": np.mean((p @ COMBINATIONS > 0.5) == y_test, axis=0),
            "nll": softmax_loss(joint.logits(x_test), code_test),
        },
        "softmax_over_attributes": {
            "exact_match": exact(q > threshold),
            "each": np.mean((q > threshold) == y_test, axis=0),
            "threshold": threshold,
        },
        "mean_sum_of_sigmoids": {
            str(n): a[y_test.sum(axis=1) == n].sum(axis=1).mean() for n in range(4)
        },
    }
