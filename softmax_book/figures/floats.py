"""The figure of appendix D, Softmax in floats."""

import numpy as np

from softmax_book.figures.style import (
    BLUE,
    GREEN,
    INK,
    PAPER,
    VERMILLION,
    new_figure,
    note,
    styled,
)


@styled
def float_errors(distance, textbook, ours, limit=800):
    """Plot errors in units in the last place against how far a logit is below the largest.

    Parameters
    ----------
    distance : array_like, (n,)
        How far below the largest logit.
    textbook, ours : array_like, (n,)
        Errors of the textbook's stable form and of softmax_src.
    limit : float
        Where the axis of distances ends.
    """
    fig, ax = new_figure(size=(5.4, 3.6))
    ax.plot(distance, textbook, ".", color=VERMILLION, ms=2.6)
    ax.plot(distance, ours, ".", color=BLUE, ms=2.6)
    line = np.array([1.0, limit])
    ax.plot(line, line, color=INK, lw=1.0, ls=(0, (4, 3)))
    box = {"boxstyle": "round,pad=0.2", "fc": PAPER, "ec": "none", "alpha": 0.9}
    ax.axhline(4, color=GREEN, lw=1.3, ls="-.")
    note(ax, "promised: 4 ulp", (1.1, 4), (0, 5), color=GREEN, bbox=box)
    note(ax, "$|z_j-M|$", (limit, limit), (-48, -2), ha="right", va="top")
    ax.annotate("textbook", (40, 120), color=VERMILLION, ha="right", bbox=box)
    ax.annotate("softmax_src", (40, 0.3), color=BLUE, ha="center", bbox=box)
    ax.set(xscale="log", yscale="log", xlim=(1, limit), ylim=(0.1, 900))
    ax.set(xlabel="distance $M-z_j$ below the largest logit", ylabel="error of $a_j$ in ulp")
    return fig
