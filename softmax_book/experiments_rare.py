"""The experiments of chapter 7: rare classes, novel classes, sets of classes.

As in `softmax_book.experiments`, each is one training or a few, repeated over seeds by
``make runs``; the seed is that of the split, of the noise, of the initial weights and of the order
of the examples.
"""

import numpy as np

from softmax_book.data import load_digits
from softmax_book.metrics import roc_auc_score
from softmax_src.activations import logsumexp, softmax
from softmax_src.calibration import expected_calibration_error
from softmax_src.conformal import conformal_scores, conformal_threshold
from softmax_src.focal import focal_loss, focal_loss_gradient, focal_to_probabilities
from softmax_src.losses import softmax_loss
from softmax_src.network import Network, softmax_nll
from softmax_src.unknown import KINDS, novelty_score

# Rare classes


def thin_out(labels, seed, keep=1 / 20):
    """Places (n,) in labels that keep all of five classes and a twentieth of the other five, which
    the seed chooses."""
    rng = np.random.default_rng(seed)
    rare, kept = rng.choice(10, 5, replace=False), []
    for k in range(10):
        places = rng.permutation(np.flatnonzero(labels == k))
        kept.append(places[: max(1, round(keep * len(places)))] if k in rare else places)
    return np.sort(np.concatenate(kept))


def weighted_nll(w):
    """Softmax and the log-likelihood with class weights w (K,): δ = w_c (a − y)."""

    def pair(z, y):
        a, C, delta = softmax_nll(z, y)
        w_c = y @ w  # (N,)
        return a, w_c * C, w_c[:, None] * delta

    return pair


def shifted_nll(shift):
    """Softmax and log-likelihood of the logits plus a shift (K,): adjusted in the loss."""
    return lambda z, y: softmax_nll(z + shift, y)


def focal(gamma):
    """Softmax and focal loss."""

    def pair(z, y):
        c = y.argmax(axis=1)
        delta = focal_loss_gradient(z, c, gamma, reduction="none")
        return softmax(z), focal_loss(z, c, gamma, reduction="none"), delta

    return pair


def judge(z, labels, pi):
    """How logits z (N, K) do when all classes are equally frequent, and, by weighting the test
    digits, when they are as frequent as in training, pi (K,)."""
    n_k = np.bincount(labels, minlength=len(pi))
    balanced, as_trained = (1 / (len(pi) * n_k))[labels], (pi / n_k)[labels]  # (N,), sums of 1
    right, loss = z.argmax(axis=1) == labels, softmax_loss(z, labels, reduction="none")
    return {
        "accuracy": as_trained @ right,
        "nll": as_trained @ loss,
        "balanced_accuracy": balanced @ right,
        "balanced_nll": balanced @ loss,
        "balanced_ece": expected_calibration_error(softmax(z), labels),
    }


def imbalance(seed, noise=4.0, lr=0.1, epochs=40, gamma=2.0):
    """Five digits in twenty made rare: plain training, class weights, focal loss, and the logits
    adjusted to equal frequencies afterwards or in the loss."""
    digits = load_digits(seed, noise=noise)
    kept = thin_out(digits.y_train, seed)
    x, labels = digits.x_train[kept], digits.y_train[kept]
    pi = np.bincount(labels, minlength=10) / len(labels)  # (10,)
    w = 1 / (10 * pi)  # their mean over the examples is 1

    def logits(pair):
        net = Network((64, 30, 10), pair=pair, seed=seed)
        net.train(x, labels, epochs, lr)
        return net.logits(digits.x_test)

    plain, in_loss = logits("softmax+nll"), logits(shifted_nll(np.log(pi)))
    weighted, focused = logits(weighted_nll(w)), logits(focal(gamma))
    back = np.log(focal_to_probabilities(focused, gamma))
    answers = {
        "plain": plain,
        "class_weights": weighted,
        "focal": focused,
        "adjusted_after": plain - np.log(pi),
        "adjusted_in_loss": in_loss,
        "class_weights_divided_out": weighted - np.log(w),
        "focal_turned_back": back,
        "focal_turned_back_adjusted": back - np.log(pi),
    }
    return {name: judge(z, digits.y_test, pi) for name, z in answers.items()}


# Novel digits


def train_on_known(seed, novel=(8, 9), common_sd=0.0, lr=0.3, epochs=40, hidden=30):
    """Train on the digits that are not novel: the digits, the known classes, the network, and how
    far the sums over the output neurons of its weights moved.

    With ``common_sd`` one random vector is added to the initial weights of *every* output neuron,
    and so one number c(x) to all logits of an example.
    """
    digits = load_digits(seed)
    known = np.setdiff1d(np.arange(10), novel)
    seen = np.isin(digits.y_train, known)
    labels = np.searchsorted(known, digits.y_train[seen])
    net = Network((64, hidden, len(known)), seed=seed)
    common = np.random.default_rng(seed).normal(size=hidden)
    net.W[2] += common_sd * common  # (K, J) + (J,)
    before = net.W[2].sum(axis=0)
    net.train(digits.x_train[seen], labels, epochs, lr)
    return digits, known, net, np.abs(net.W[2].sum(axis=0) - before).max()


def novelty_auc(z, new):
    """The area under the ROC curve of each `novelty_score`; new (N,) marks the novel rows."""
    return {kind: roc_auc_score(new, novelty_score(z, kind)) for kind in KINDS}


def novel_digits(seed, novel=(8, 9), common_sd=1.0):
    """Trained on some digits, tested on all: which score tells the novel ones? And which tells them
    in a twin that differs by a common vector at its start, and so by no probability ever?"""
    digits, known, net, drift = train_on_known(seed, novel)
    _, _, twin, _ = train_on_known(seed, novel, common_sd)
    z, z_twin = net.logits(digits.x_test), twin.logits(digits.x_test)
    a, new = softmax(z), np.isin(digits.y_test, novel)
    return {
        "auc": novelty_auc(z, new),
        "auc_twin": novelty_auc(z_twin, new),
        # c(x) = −2 LSE(z) turns the energy round, since LSE(z + c) = LSE(z) + c.
        "auc_adversarial_energy": roc_auc_score(new, logsumexp(z)),
        "drift": drift,
        "twin_differs": np.abs(softmax(z_twin) - a).max(),
        "accuracy": np.mean(known[a.argmax(axis=1)][~new] == digits.y_test[~new]),
        "novel_above_90": np.mean(a.max(axis=1)[new] > 0.9),
        "novel_below_50": np.mean(a.max(axis=1)[new] < 0.5),
        "known_above_90": np.mean(a.max(axis=1)[~new] > 0.9),
    }, (z, digits.y_test)


def novel_pair(seed, novel):
    """The areas of `novelty_auc` when any two of the ten digits are the novel ones."""
    digits, _, net, _ = train_on_known(seed, novel)
    return novelty_auc(net.logits(digits.x_test), np.isin(digits.y_test, novel))


# Sets of classes


class Sets:
    """Conformal sets of a network on noisy digits: calibrated on some, asked for others."""

    def __init__(self, net, digits, seed):
        self.net, self.digits = net, digits
        rng = np.random.default_rng(seed)  # what APS draws
        self.u_calibration = rng.random(len(digits.y_validation))
        self.u = rng.random(len(digits.y_test))

    def __call__(self, kind, alpha, x=None, chance=True):
        """Which classes are in the sets of the test digits, or of other pictures x: (N, 10)."""
        digits = self.digits
        u = (self.u_calibration, self.u) if chance else (1.0, 1.0)
        p_calibration = softmax(self.net.logits(digits.x_validation))
        p = softmax(self.net.logits(digits.x_test if x is None else x))
        scores = conformal_scores(p_calibration, kind, u[0])
        right = scores[np.arange(len(scores)), digits.y_validation]
        return conformal_scores(p, kind, u[1]) <= conformal_threshold(right, alpha)


def set_summary(kept, labels):
    """Of sets (N, K): how many hold their label, how large they are, and how many are empty."""
    size = kept.sum(axis=1)
    covered = kept[np.arange(len(labels)), labels]
    return {"coverage": covered.mean(), "size": size.mean(), "empty": np.mean(size == 0)}


def conformal(seed, alphas, strengths, noise=4.0, epochs=200, lr=0.1, n=300):
    """Train on n noisy digits, calibrate on n, ask for sets of the rest: by α, by class, by
    confidence, of other noise, and from a network that was never trained."""
    parts = {"n_train": n, "n_validation": n}
    digits = load_digits(seed, noise=noise, **parts)
    labels, net = digits.y_test, Network((64, 30, 10), seed=seed)
    untrained = set_summary(Sets(net, digits, seed)("lac", 0.1), labels)
    net.train(digits.x_train, digits.y_train, epochs, lr)
    z, sets = net.logits(digits.x_test), Sets(net, digits, seed)
    a, other = softmax(z), {sd: load_digits(seed, noise=sd, **parts).x_test for sd in strengths}

    def of(kept, some):
        return set_summary(kept[some], labels[some])

    def over(many):  # each quantity's list over many sets
        summaries = [set_summary(kept, labels) for kept in many]
        return {key: [summary[key] for summary in summaries] for key in summaries[0]}

    result = {
        "accuracy": np.mean(a.argmax(axis=1) == labels),
        "confidence": a.max(axis=1).mean(),
        "untrained": untrained,
        "aps_without_chance": set_summary(sets("aps", 0.1, chance=False), labels),
    }
    for kind in ("lac", "aps"):
        kept = sets(kind, 0.1)
        result[kind] = {
            "by_alpha": over(sets(kind, alpha) for alpha in alphas),
            "by_class": [of(kept, labels == k)["coverage"] for k in range(10)],
            "sure": of(kept, a.max(axis=1) > 0.9),
            "unsure": of(kept, a.max(axis=1) < 0.6),
            "by_noise": over(sets(kind, 0.1, x) for x in other.values()),
        }
    return result, (net.logits(digits.x_validation), digits.y_validation, z, labels)
