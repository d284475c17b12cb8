"""The experiments of chapter 8: what a large vocabulary costs, and what sampling from it does."""

import time
import tracemalloc

import numpy as np

from softmax_src import log_softmax, softmax_loss, softmax_loss_gradient
from softmax_src.sampled import sampled_logits
from softmax_src.vocabulary import linear_cross_entropy


def direct_loss(h, W, y):  # (N, d), (V, d), (N,)
    """Loss and gradients as in chapters 4 and 5: all N × V logits, then all of their gradient."""
    z = h @ W.T  # (N, V)
    delta = softmax_loss_gradient(z, y)  # (N, V)
    return softmax_loss(z, y), delta @ W, delta.T @ h


def lean_loss(h, W, y):
    """The same with the fewest steps: one exponential for each logit, all of them in place."""
    rows = np.arange(len(h))
    z = h @ W.T  # (N, V), and soon its exponentials, and soon their gradient
    z_c, M = z[rows, y], z.max(axis=1)
    z -= M[:, None]
    np.exp(z, out=z)
    s = z.sum(axis=1)
    z /= s[:, None]
    z[rows, y] -= 1
    z /= len(h)
    return np.mean(np.log(s) + M - z_c), z @ W, z.T @ h


def peak_bytes(function, *arguments):
    """How many bytes a call held at most, beyond its arguments."""
    tracemalloc.start()
    function(*arguments)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def cpu_seconds(function, *arguments, times=3):
    """How long the processor worked for a call, at best: others can only make it longer."""
    seconds = []
    for _ in range(times):
        start = time.process_time()
        function(*arguments)
        seconds.append(time.process_time() - start)
    return min(seconds)


def cost(seed, N, V, d=64, chunk=2048):
    """Peak memory of the loss in full and in chunks, and time in chunks relative to lean_loss."""
    rng = np.random.default_rng(seed)
    h, W = rng.normal(size=(N, d)), rng.normal(size=(V, d)) / np.sqrt(d)
    y = rng.integers(V, size=N)
    return {
        "full": peak_bytes(direct_loss, h, W, y),
        "chunked": peak_bytes(linear_cross_entropy, h, W, y, chunk),
        "time_ratio": cpu_seconds(linear_cross_entropy, h, W, y, chunk)
        / cpu_seconds(lean_loss, h, W, y),
    }


def zipf(n_words):
    """The distribution of word frequencies that goes like 1 / rank."""
    p = 1 / np.arange(1, n_words + 1)
    return p / p.sum()


def divergence(z, log_p):  # (contexts, V) both
    """The mean Kullback-Leibler divergence of softmax(z) from p over the contexts."""
    return np.mean(np.sum(np.exp(log_p) * (log_p - log_softmax(z)), axis=1))


def truth(seed, V=1000, contexts=10):
    """Log-probabilities of the next word in each context: Zipf's law times log-normal factors."""
    return log_softmax(np.log(zipf(V)) + np.random.default_rng(seed).normal(size=(contexts, V)))


def sampled_training(seed, how, V=1000, contexts=10, m=50, steps=4000, batch=100, lr=20.0):
    """Learn next-word distributions by SGD; ``how`` is "full", "corrected" or "uncorrected".

    The model has one logit for each context and word. Negatives are drawn from the overall Zipf
    distribution q. Returned are the divergences from the truth of softmax(z) and of
    softmax(z + log q).
    """
    rng = np.random.default_rng([seed, 1])
    q, log_p = zipf(V), truth(seed, V, contexts)
    x = np.repeat(np.arange(contexts), batch // contexts)  # the context of each token
    h, W = np.eye(contexts)[x], np.zeros((V, contexts))
    ways = np.cumsum(np.exp(log_p), axis=1)
    for step in range(steps):
        draw = rng.random((contexts, batch // contexts, 1)) * ways[:, None, -1:]
        y = np.sum(ways[:, None] < draw, axis=2).reshape(-1)
        rate = lr * min(1.0, 2 * (1 - step / steps))  # constant, then down to 0
        if how == "full":
            W -= rate * softmax_loss_gradient(h @ W.T, y).T @ h
            continue
        sample = rng.choice(V, size=m, p=q)
        z = sampled_logits(h, W, y, sample, q, correct=how == "corrected")
        delta = softmax_loss_gradient(z, np.zeros(batch, int))  # (batch, 1 + m)
        words = np.column_stack([y, np.broadcast_to(sample, (batch, m))])
        np.subtract.at(W, (words, x[:, None]), rate * delta)
    return {"as_is": divergence(W.T, log_p), "plus_log_q": divergence(W.T + np.log(q), log_p)}
