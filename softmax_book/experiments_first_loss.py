"""Chapter 4: what the first loss tells, before any training.

Which value is suspicious depends on how the weights begin. So the first loss is taken from four
beginnings, of two networks, with one softmax and with two.
"""

import numpy as np

from softmax_book.data import load_digits
from softmax_src.activations import one_hot, softmax
from softmax_src.losses import softmax_loss
from softmax_src.network import Network


def uniform_start(net, rng):
    """PyTorch's default for a linear layer: weights and biases uniform on ±1/√n_in."""
    for l, W in net.W.items():
        reach = 1 / np.sqrt(W.shape[1])
        net.W[l] = rng.uniform(-reach, reach, size=W.shape)
        net.b[l] = rng.uniform(-reach, reach, size=len(W))


def zero_output_layer(net, rng):
    """Glorot's start, but for an output layer of zeros, as some recipes have it."""
    net.W[net.L][:] = 0


# How a network's weights begin: the initialisation of Network, and what is then changed.
STARTS = {
    "glorot": ("glorot", None),
    "he": ("he", None),
    "uniform": ("glorot", uniform_start),
    "zero output layer": ("glorot", zero_output_layer),
}


def first_losses(seed, start, sizes):
    """The mean loss of the training digits under one softmax and under two, before training."""
    digits, (init, change) = load_digits(seed), STARTS[start]
    net = Network(sizes, init=init, seed=seed)
    if change:
        change(net, np.random.default_rng(seed))
    z = net.logits(digits.x_train)  # (1297, 10)
    return softmax_loss(z, digits.y_train), softmax_loss(softmax(z), digits.y_train)


def with_leaking_labels(seed):
    """The first loss when the one-hot label is part of the input, and when it is not."""
    digits = load_digits(seed)
    leaking = np.hstack([digits.x_train, one_hot(digits.y_train, 10)])  # (1297, 74)
    z = Network((74, 30, 10), seed=seed).logits(leaking)
    plain = Network((64, 30, 10), seed=seed).logits(digits.x_train)
    return softmax_loss(z, digits.y_train), softmax_loss(plain, digits.y_train)
