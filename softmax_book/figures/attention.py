"""Figures of chapter 9, Attention."""

import numpy as np

from softmax_book.figures.style import (
    BLUE,
    DASHED,
    GREEN,
    INK,
    PURPLE,
    VERMILLION,
    new_figure,
    note,
    styled,
)

FLOOR = 1e-5  # what is smaller is drawn there


@styled
def gradient_spread(sizes, norms):
    """Plot the norm of the derivative by the query over the size d: mean, median, 5 to 95 per cent.

    Parameters
    ----------
    sizes : sequence of int
        The sizes d.
    norms : dict of str to list of ndarray
        Under "raw" and "divided": the norms of all draws, one array for each size.
    """
    fig, ax = new_figure(size=(5.4, 4.2))
    texts = {"raw": "not divided", "divided": "divided by $\\sqrt{d}$"}
    for name, colour in (("raw", VERMILLION), ("divided", BLUE)):
        low, median, high = (
            np.maximum([np.quantile(x, p) for x in norms[name]], FLOOR) for p in (0.05, 0.5, 0.95)
        )
        mean = [x.mean() for x in norms[name]]
        ax.fill_between(sizes, low, high, color=colour, alpha=0.18, lw=0)
        ax.plot(sizes, median, color=colour, ls="-", marker="o", ms=4)
        ax.plot(sizes, mean, color=colour, ls="--", marker="s", ms=4)
        if name == "raw":
            note(
                ax, f"{texts[name]}, mean", (sizes[-1], mean[-1]), (-6, 8), color=colour, ha="right"
            )
            note(ax, "median", (sizes[-1], median[-1]), (-16, -14), color=colour, ha="right")
        else:
            note(ax, texts[name], (sizes[0], median[0]), (8, -24), color=colour)
    ax.set(xscale="log", yscale="log", ylim=(FLOOR, 60))
    ax.set_xticks(sizes, [str(d) for d in sizes])
    ax.minorticks_off()
    ax.set(xlabel="size $d$ of queries and keys", ylabel="norm of $\\partial a/\\partial q$")
    return fig


@styled
def dispersion(lengths, curves, bounds):
    """Plot the largest weight and the entropy over the number of keys, for logits in [-g, g].

    Parameters
    ----------
    lengths : sequence of int
        The numbers of keys n.
    curves : dict of float to dict of str to ndarray (seeds, len(lengths))
        For each g, "top" (largest weights) and "entropy" (over log n).
    bounds : dict of float to sequence of float
        For each g, the most that a weight can be.
    """
    fig, (above, below) = new_figure(2, 1, size=(5.4, 5.8), sharex=True)
    looks = zip((BLUE, VERMILLION, GREEN, PURPLE), ("o", "s", "^", "D"), strict=True)
    for (g, curve), (colour, marker) in zip(curves.items(), looks, strict=False):
        above.plot(lengths, bounds[g], color=colour, ls="-", lw=1.2)
        for ax, name in ((above, "top"), (below, "entropy")):
            ls = ":" if name == "top" else "-"
            ax.plot(lengths, curve[name].mean(axis=0), color=colour, ls=ls, marker=marker, ms=4)
        below.fill_between(
            lengths, *(f(curve["entropy"], axis=0) for f in (np.min, np.max)), color=colour,
            alpha=0.18, lw=0,
        )  # fmt: skip
        top, entropy = (curve[name].mean(axis=0) for name in ("top", "entropy"))
        at = np.argmin(np.abs(entropy - 0.45))  # where the curve is steep
        offset = (-50, -16) if top[-2] > 0.5 else (2, 7)
        note(above, f"$g={g:g}$", (lengths[-2], top[-2]), offset, color=colour)
        note(below, f"$g={g:g}$", (lengths[at], entropy[at]), (8, -12), color=colour)
    above.plot(lengths, 1 / np.asarray(lengths, dtype=float), **DASHED)
    note(above, "$1/n$", (lengths[1], 1 / lengths[1]), (-4, -14), color=INK, ha="right")
    above.set(xscale="log", yscale="log", ylabel="largest weight")
    below.set(xscale="log", ylim=(0, 1.04), ylabel="entropy, as a share of $\\log n$")
    below.set_xlabel("number $n$ of keys")
    return fig


@styled
def lost_key(logits, key, rivals, counts, weights, n):
    """Plot the logits of a key and its distractors, and the key's weight over their number.

    Parameters
    ----------
    logits : ndarray, (n,)
        The distractors' logits.
    key, rivals : float
        The key's logit, and the log-sum-exp of the distractors'.
    counts, weights : sequence of numbers
        Numbers of distractors, and the key's weight beside so many.
    n : int
        The number now.
    """
    fig, (above, below) = new_figure(2, 1, size=(5.4, 4.6), height_ratios=[1, 1.9])
    above.vlines(logits, 0, 0.5, color=INK, lw=0.6, alpha=0.9)
    above.axvline(rivals, color=VERMILLION, ls="--", lw=2)
    above.plot([key], [0.75], color=BLUE, marker="o", ms=9, ls="none")
    low, high = above.get_xlim()
    above.set(ylim=(0, 1.5), xlabel="logit", xlim=(low - 0.5, high + 0.25 * (high - low)))
    above.set_yticks([])
    note(above, "the key", (key, 0.75), (8, -4), color=BLUE)
    note(above, "all rivals together", (rivals, 1.2), (6, -2), color=VERMILLION)
    below.plot(counts, weights, color=BLUE, ls="-")
    weight = np.interp(n, counts, weights)
    below.plot([n], [weight], color=BLUE, marker="o", ms=8, ls="none")
    below.axhline(0.5, **DASHED)
    below.set(xscale="log", ylim=(-0.03, 1.03), xlabel="number of distractors")
    below.set_ylabel("weight of the key")
    return fig
