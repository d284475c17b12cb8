"""Figures of chapter 8, Many classes, few bits."""

import numpy as np

from softmax_book.figures.style import (
    BLUE,
    DASHED,
    GREY,
    INK,
    PAPER,
    PURPLE,
    VERMILLION,
    new_figure,
    note,
    styled,
)
from softmax_src.vocabulary import SIZES, logit_bytes


@styled
def growth(run):
    """Plot measured peaks of memory over V and over N, and the formula for them.

    Parameters
    ----------
    run : dict
        The committed run ``vocabulary_cost``.
    """
    settings = run["settings"]
    d, chunk = settings["d"], settings["chunk"]
    fig, axes = new_figure(2, 1, size=(5.4, 6.0))
    names = {"by_words": ("V", "words in the vocabulary"), "by_tokens": ("N", "tokens")}
    for ax, (name, (key, label)) in zip(axes, names.items(), strict=True):
        sizes = np.array(run["results"][name]["size"])
        N, V = (sizes if k == key else np.full_like(sizes, settings[k]) for k in "NV")
        gradients = 8 * d * (N + V)
        held = {
            "full": [logit_bytes(n, v, 8) for n, v in zip(N, V, strict=True)] + gradients,
            "chunked": [logit_bytes(n, v, 8, chunk) for n, v in zip(N, V, strict=True)]
            + gradients
            + 8 * d * (N + np.minimum(chunk, V)),
        }
        for way, colour, dash, marker in (
            ("full", VERMILLION, "--", "s"),
            ("chunked", BLUE, "-", "o"),
        ):
            measured = np.median(run["results"][name][way], axis=1)
            ax.plot(sizes, held[way] / 1e6, color=colour, ls=dash, lw=1.4)
            ax.plot(sizes, measured / 1e6, marker, color=colour, ms=5)
            text = "all logits" if way == "full" else f"chunks of {chunk}"
            above = way == "full"
            at = (sizes[3], measured[3] / 1e6)
            offset = (-8, 8) if above else (8, -16)
            note(ax, text, at, offset, color=colour, ha="right" if above else "left")
        ax.set(xscale="log", yscale="log", xlabel=label, ylabel="peak memory in MB")
        ax.set_xticks(sizes, [f"{size}" for size in sizes])
        ax.minorticks_off()
    return fig


@styled
def pull(groups, shares, m, bias):
    """Plot where sampled softmax pulls words down, and how wrong its loss is.

    Parameters
    ----------
    groups : sequence of str
        Groups of words by rank.
    shares : dict of str to sequence of float
        For the full softmax and for samples, the mean share of the pull on each group.
    m : sequence of int
        Sample sizes.
    bias : dict of str to (measured, error, predicted)
        For each proposal, how far the mean loss lies below the full one, its standard error, and
        the formula's value, each a sequence over m.
    """
    fig, (top, bottom) = new_figure(2, 1, size=(5.4, 6.4))
    looks = [(INK, ""), (BLUE, "//"), (VERMILLION, "..")]
    width = 0.8 / len(shares)
    for i, ((name, share), (colour, hatch)) in enumerate(zip(shares.items(), looks, strict=True)):
        places = np.arange(len(groups)) + (i - (len(shares) - 1) / 2) * width
        filled = hatch == ""
        top.bar(
            places, share, 0.9 * width, label=name, hatch=hatch, lw=1.2,
            facecolor=colour if filled else PAPER, edgecolor=colour,
        )  # fmt: skip
    top.set_xticks(range(len(groups)), groups)
    top.grid(axis="x", visible=False)
    top.set(ylim=(0, 1), xlabel="words by rank", ylabel="share of the pull")
    top.legend(loc="upper right")

    looks = [(VERMILLION, "--", "s"), (BLUE, "-", "o")]
    for (name, (measured, error, predicted)), (colour, dash, marker) in zip(
        bias.items(), looks, strict=True
    ):
        bottom.plot(m, predicted, color=colour, ls=dash, lw=1.4)
        bottom.errorbar(m, measured, 2 * np.array(error), fmt=marker, color=colour, ms=5, lw=1)
        note(bottom, name, (m[1], predicted[1]), (8, 8), color=colour)
    bottom.set(xscale="log", yscale="log", xlabel="sample size $m$")
    bottom.set_ylabel("loss too small by")
    bottom.set_xticks(m, [str(x) for x in m])
    bottom.minorticks_off()
    return fig


@styled
def singular_values(values, d):
    """Plot the singular values of log-probability matrices, in falling order.

    Parameters
    ----------
    values : dict of str to sequence of float
        For each model, the singular values relative to the largest.
    d : int
        The width of the hidden layer.
    """
    fig, ax = new_figure(size=(5.4, 3.4))
    looks = [(BLUE, "o", 12, 3), (VERMILLION, "s", -18, 2)]
    for (name, singular), (colour, marker, up, order) in zip(values.items(), looks, strict=True):
        count = np.arange(1, len(singular) + 1)
        ax.plot(count, singular, marker, color=colour, ms=4, zorder=order)
        last = 3 * len(count) // 4
        note(ax, name, (count[last], singular[last]), (0, up), color=colour, ha="center")
    ax.axvline(d + 1.5, **DASHED)
    note(ax, f"$d+1={d + 1}$", (d + 1.5, 1e-8), (6, 0))
    ax.set(yscale="log", ylim=(1e-18, 10), xlabel="singular value, in order")
    ax.set_ylabel("size, relative to the first")
    return fig


@styled
def few_bits(offsets, errors):
    """Plot the error that rounded logits leave in the loss, over their free constant.

    Parameters
    ----------
    offsets : sequence of float
        The LSE of the logits.
    errors : dict of str to sequence of float
        For each model, the root mean square error of the loss of one token.
    """
    fig, ax = new_figure(size=(5.4, 3.6))
    looks = [(BLUE, "-", 8, (8, 8), "left"), (VERMILLION, "--", 18, (-4, -18), "right")]
    for (name, error), (colour, dash, i, offset, ha) in zip(errors.items(), looks, strict=True):
        ax.plot(offsets, error, color=colour, ls=dash)
        note(ax, name, (offsets[i], error[i]), offset, color=colour, ha=ha)
    ax.axvline(0, color=GREY, lw=1, ls=(0, (1, 2)))
    note(ax, "where the z-loss\npulls", (0, ax.get_ylim()[1]), (5, -26), fontsize=9)
    ax.set(yscale="log", xlabel="LSE of the logits: the free constant")
    ax.set_yticks([0.005, 0.01, 0.02, 0.05], ["0.005", "0.01", "0.02", "0.05"])
    ax.minorticks_off()
    ax.set_ylabel("error of a token's loss")
    return fig


CARD = 80  # GB of a large accelerator


@styled
def logit_memory(tokens, vocabulary, chunk, dtype):
    """Plot the memory of the logits over the size of the vocabulary, in full and in chunks."""
    words = np.geomspace(1e3, 256e3, 100).astype(int)
    fig, ax = new_figure(size=(5.4, 3.6))
    for colour, dash, size in (
        (VERMILLION, "--", None),
        (BLUE, "-", chunk),
    ):
        gb = [logit_bytes(tokens, v, SIZES[dtype], size) / 1e9 for v in words]
        at = logit_bytes(tokens, vocabulary, SIZES[dtype], size) / 1e9
        ax.plot(words, gb, color=colour, ls=dash)
        ax.plot(vocabulary, at, "o", color=colour)
        text = f"all logits and gradient: {at:.3g} GB" if size is None else f"chunks: {at:.3g} GB"
        note(ax, text, (vocabulary, at), (-4, 9), color=colour, ha="right")
    ax.axhline(CARD, color=PURPLE, lw=1.2, ls=":")
    note(ax, f"{CARD} GB: a large card", (1e3, CARD), (4, 4), color=PURPLE, fontsize=9)
    ax.set(xscale="log", yscale="log", ylim=(1e-4, 1e4), xlabel="words in the vocabulary")
    ax.set_ylabel("GB")
    return fig
