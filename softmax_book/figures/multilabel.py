"""Figures of appendix B, Multilabel logistic loss."""

import numpy as np

from softmax_book.figures.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    PAPER,
    VERMILLION,
    new_figure,
    note,
    styled,
)


@styled
def attributes(pictures, labels, y, names):
    """Draw one picture of each class, and below it which attributes the class has.

    Parameters
    ----------
    pictures : array_like, (n, 64)
        Pixels of 8 × 8 pictures, larger where there is more ink.
    labels : sequence of int, (n,)
        Their classes, written above them.
    y : array_like, (n, K)
        1 where a picture has an attribute, 0 where not.
    names : sequence of str, (K,)
        The attributes.
    """
    y = np.asarray(y)
    n, k = y.shape
    fig, ax = new_figure(size=(5.4, 2.3))
    for i, picture in enumerate(pictures):
        ax.imshow(
            np.reshape(picture, (8, 8)), cmap="book:ink", extent=(i - 0.42, i + 0.42, -0.1, 0.5),
            aspect="auto", zorder=2,
        )  # fmt: skip
        ax.text(i, 0.58, str(labels[i]), ha="center", va="bottom")
    for row in range(k):
        at = -0.6 - 0.5 * row
        has = np.flatnonzero(y[:, row])
        lacks = np.flatnonzero(y[:, row] == 0)
        ax.plot(has, np.full(len(has), at), "o", color=BLUE, ms=8)
        ax.plot(lacks, np.full(len(lacks), at), "o", mfc=PAPER, mec=GREY, ms=8)
        ax.text(-0.7, at, names[row], ha="right", va="center")
    ax.set(xlim=(-3.3, n - 0.4), ylim=(-0.9 - 0.5 * (k - 1), 0.95))
    ax.set_axis_off()
    return fig


@styled
def three_ways(results):
    """Plot exact matches of each seed three ways, and sums of sigmoids against true labels.

    Parameters
    ----------
    results : dict
        The results of the committed run ``multilabel``.
    """
    fig, (top, low) = new_figure(2, 1, size=(5.4, 5.6))
    ways = {
        "softmax over\n8 combinations": ("softmax_over_combinations", GREEN, "s"),
        "3 sigmoids": ("sigmoids", BLUE, "o"),
        "softmax over\n3 attributes": ("softmax_over_attributes", VERMILLION, "D"),
    }
    for row, (key, colour, marker) in enumerate(ways.values()):
        share = np.array(results[key]["exact_match"])
        top.plot(share, np.full(share.size, -row), marker, color=colour, ms=6.5, alpha=0.75)
        top.plot([share.mean()] * 2, [-row - 0.28, -row + 0.28], color=INK, lw=1.6, ls="-")
        note(
            top, f"{share.mean():.3f}", (share.mean(), -row + 0.28), (0, 2), ha="center",
            fontsize=9,
        )  # fmt: skip
    top.set(yticks=[0, -1, -2], ylim=(-2.5, 0.65), xlim=(0.7, 1.0))
    top.set_yticklabels(ways)
    top.set_xlabel("test digits with all three right")

    sums = results["mean_sum_of_sigmoids"]
    count = np.array([int(n) for n in sums])
    low.plot([0, 3], [0, 3], color=INK, lw=0.9, ls=(0, (4, 3)))
    low.plot([0, 3], [1, 1], color=VERMILLION, ls="--")
    note(low, "any softmax", (3, 1), (0, 4), color=VERMILLION, ha="right")
    for n, values in zip(count, sums.values(), strict=True):
        low.plot(np.full(len(values), n), values, "o", color=BLUE, ms=6.5, alpha=0.75)
    note(low, "3 sigmoids", (2, 2), (-10, 6), color=BLUE, ha="right")
    low.set(xticks=count, yticks=count, xlim=(-0.15, 3.15), ylim=(-0.15, 3.15))
    low.set(xlabel="attributes that are true", ylabel="mean sum of outputs")
    return fig
