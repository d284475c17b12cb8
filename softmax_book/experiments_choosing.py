"""The experiments of chapter 10: a student that learns from a teacher.

As in `softmax_book.experiments`, each is repeated over seeds by ``make runs``; the seed is that of
the split, of the initial weights and of the order of the examples.
"""

import numpy as np

from softmax_book.experiments import train_on_digits
from softmax_src.activations import log_softmax, softmax
from softmax_src.distillation import distillation_gradient
from softmax_src.network import Network


def distilled(T):
    """Softmax at temperature T and T² times its divergence from the targets: δ = T(a − y)."""

    def pair(z, y):
        log_a = log_softmax(z / T)
        entropy = -np.sum(y * np.log(np.maximum(y, 1e-300)), axis=1)  # 0 · log 0 = 0
        return np.exp(log_a), T**2 * (-np.sum(y * log_a, axis=1) - entropy), T * (np.exp(log_a) - y)

    return pair


def matched_logits(z, v):
    """Half the mean squared difference of centred logits: where distillation goes as T grows."""
    difference = z - z.mean(axis=1, keepdims=True) - (v - v.mean(axis=1, keepdims=True))
    return softmax(z), np.mean(difference**2, axis=1) / 2, difference / z.shape[1]


def shuffled_losers(v, rng):
    """Logits v (N, K) whose top stays while the others change places in each row."""
    v, top = v.copy(), v.argmax(axis=1)
    for row, k in zip(v, top, strict=True):
        others = np.delete(np.arange(len(row)), k)
        row[others] = row[rng.permutation(others)]
    return v


def equal_losers(a):
    """Probabilities a (N, K) whose largest stays while the others share the rest equally."""
    top = a.max(axis=1, keepdims=True)
    return np.where(a == top, top, (1 - top) / (a.shape[1] - 1))


def distillation(seed, n, temperatures=(1, 2, 5, 20), lr=0.1, epochs=200):
    """Students that see n digits: with labels, or with the softened answers of a teacher.

    The teacher has learnt from 1297 digits. Two controls get its answers at T = 5 without what it
    knows of the nine less likely digits: one has them all alike, the other has them shuffled.
    """
    digits, teacher, history = train_on_digits(seed, lr=0.3, epochs=40, sizes=(64, 100, 10))
    x, labels = digits.x_train[:n], digits.y_train[:n]
    v = teacher.logits(x)
    shuffled = shuffled_losers(v, np.random.default_rng(seed))
    lessons = {"labels": ("softmax+nll", labels)}
    lessons |= {f"T{T}": (distilled(T), softmax(v, temperature=T)) for T in temperatures}
    lessons |= {"matched": (matched_logits, v)}
    lessons |= {"equal": (distilled(5), equal_losers(softmax(v, temperature=5)))}
    lessons |= {"shuffled": (distilled(5), softmax(shuffled, temperature=5))}
    results = {"teacher": history["test_accuracy"][-1], "spread": np.ptp(v, axis=1).mean()}
    for name, (pair, targets) in lessons.items():
        student = Network((64, 30, 10), pair=pair, seed=seed)
        student.train(x, targets, epochs, lr, batch_size=10, progress=False)
        z = student.logits(digits.x_test)
        results[name] = np.mean(z.argmax(axis=1) == digits.y_test)
    start = Network((64, 30, 10), seed=seed).logits(x)
    for T in temperatures:
        gradient = distillation_gradient(start, v, T, reduction="none")
        results[f"norm_T{T}"] = np.linalg.norm(gradient, axis=1).mean()
    matched = matched_logits(start, v)[2]
    return results | {"norm_matched": np.linalg.norm(matched, axis=1).mean()}
