"""The experiments of chapter 7: rare classes, novel classes, sets of classes.

As in `softmax_book.experiments`, each is one training or a few, repeated over seeds by
``make runs``; the seed is that of the split, of the noise, of the initial weights and of the order
of the examples.
"""

import numpy as np
from sklearn.metrics import roc_auc_score

from softmax_book.data import load_digits
from softmax_src.activations import logsumexp, softmax
from softmax_src.network import Network

# Novel digits


def novelty_scores(z):
    """Scores of logits z (N, K) that should be larger for a class never seen; "centred" takes each
    row's mean logit off first, after which the scores are functions of the probabilities."""
    centred = z - z.mean(axis=1, keepdims=True)
    return {
        "probability": 1 - softmax(z).max(axis=1),
        "logit": -z.max(axis=1),
        "energy": -logsumexp(z),
        "centred_logit": -centred.max(axis=1),
        "centred_energy": -logsumexp(centred),
    }


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
    """The area under the ROC curve of each of the `novelty_scores`; new (N,) marks the novel."""
    return {name: roc_auc_score(new, score) for name, score in novelty_scores(z).items()}


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
        "known_above_90": np.mean(a.max(axis=1)[~new] > 0.9),
    }, (z, digits.y_test)


def novel_pair(seed, novel):
    """The areas of `novelty_auc` when any two of the ten digits are the novel ones."""
    digits, _, net, _ = train_on_known(seed, novel)
    return novelty_auc(net.logits(digits.x_test), np.isin(digits.y_test, novel))
