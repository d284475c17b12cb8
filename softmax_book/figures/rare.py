"""Figures of chapter 7, Rare, shifted and unknown classes."""

import numpy as np
from matplotlib.ticker import PercentFormatter

from softmax_book.figures.style import (
    BLUE,
    DASHED,
    GREEN,
    GREY,
    GRID,
    INK,
    PURPLE,
    VERMILLION,
    folded,
    narrow,
    new_figure,
    note,
    styled,
)
from softmax_src import adjust_priors, focal_minimiser, softmax


@styled
def two_priors(mu, train, target):
    """Plot two unit bells, scaled by either prior, and the probability of the second under both.

    Parameters
    ----------
    mu : pair of floats
        The classes' means.
    train, target : array_like, (2,)
        The two priors.
    """
    x = np.linspace(mu[0] - 3, mu[1] + 3, 301)
    density = np.exp(-((x[:, None] - np.asarray(mu)) ** 2) / 2) / np.sqrt(2 * np.pi)  # (301, 2)
    z = np.log(density * train)
    fig, axes = new_figure(3, 1, size=(5.4, 4.6), sharex=True)
    for ax, prior, name in zip(axes, (train, target), ("training", "use"), strict=False):
        for k, (color, ls) in enumerate(((BLUE, "-"), (VERMILLION, "--"))):
            ax.plot(x, density[:, k] * prior[k], color=color, ls=ls)
            ax.fill_between(x, density[:, k] * prior[k], color=color, alpha=0.12, lw=0)
        ax.set(yticks=[], ylim=(0, 0.4), title=f"in {name}: {prior[0]:.0%} and {prior[1]:.0%}")
    a, b = (softmax(logits)[:, 1] for logits in (z, adjust_priors(z, train, target)))
    for outputs, ls, color, name in ((a, "-", INK, "in training"), (b, "--", GREEN, "in use")):
        axes[2].plot(x, outputs, color=color, ls=ls)
        half = x[np.abs(outputs - 0.5).argmin()]
        axes[2].plot(half, 0.5, "o", color=color, ms=6)
        side = (8, -12) if ls == "-" else (-8, 4)
        note(axes[2], name, (half, 0.5), side, color=color, ha="left" if ls == "-" else "right")
    axes[2].set(ylim=(-0.04, 1.04), yticks=[0, 0.5, 1], xlabel="x", title="probability of class 2")
    return fig


@styled
def cures(run, names):
    """Plot, for each way to treat rare classes, three numbers of each split and their means.

    Parameters
    ----------
    run : dict
        Per answer, lists of measures of the run ``imbalance``, a number for each split.
    names : dict
        What to call an answer, top to bottom.
    """
    columns = {
        "balanced_accuracy": "balanced\naccuracy",
        "balanced_nll": "balanced\nNLL",
        "nll": "NLL, classes\nas in training",
    }
    fig, axes = new_figure(1, 3, size=(5.4, 3.1), sharey=True)
    for ax, (key, title) in zip(axes, columns.items(), strict=True):
        for row, answer in enumerate(names):
            values = np.array(run[answer][key])
            ax.plot(values, np.full(len(values), row), ".", color=BLUE, alpha=0.75, ms=6)
            ax.plot(values.mean(), row, "|", color=INK, ms=16, mew=1.8)
        ax.set(title=title, ylim=(len(names) - 0.5, -0.5))
        ax.title.set_fontsize(9)
        ax.grid(axis="y", color=GRID, lw=0.6)
    axes[0].set(yticks=range(len(names)))
    axes[0].set_yticklabels(names.values())
    return fig


@styled
def focal_map(gammas=(0, 1, 2, 5)):
    """Plot what the focal loss makes of the probability p of one of two classes.

    Parameters
    ----------
    gammas : sequence of floats
        One curve each.
    """
    p = np.linspace(0, 1, 201)
    fig, ax = new_figure(size=(5.4, 3.4))
    colors, dashes = (GREY, BLUE, VERMILLION, GREEN), ("-", "--", "-.", ":")
    for gamma, color, ls in zip(gammas, colors, dashes, strict=True):
        a = focal_minimiser(np.column_stack([p, 1 - p]), gamma)[:, 0]
        ax.plot(p, a, color=color, ls=ls, lw=1 if gamma == 0 else 2, label=f"γ = {gamma}")
    ax.set(xlabel="probability of the class", ylabel="output", xlim=(0, 1), ylim=(0, 1))
    ax.set(xticks=[0, 0.5, 1], yticks=[0, 0.5, 1], aspect="equal")
    if narrow():
        fig.legend(loc="outside lower center", ncols=2)
    else:
        ax.legend(loc="center left", bbox_to_anchor=(1.02, 0.5))
    return fig


@styled
def all_pairs(pairs, auc, marked=(8, 9)):
    """Plot by how much the energy ranks better than the top probability, for each novel pair.

    Parameters
    ----------
    pairs : list of pairs
        The novel digits.
    auc : dict
        ``energy`` and ``probability``, per pair a list over seeds.
    marked : pair of ints
        The pair to point at.
    """
    gain = np.mean(np.subtract(auc["energy"], auc["probability"]), axis=1)
    order = np.argsort(gain)
    fig, ax = new_figure(size=(5.4, 2.6))
    x = np.arange(len(gain))
    better = gain[order] > 0
    ax.plot(x[better], gain[order][better], "o", color=BLUE, ms=4.5)
    ax.plot(x[~better], gain[order][~better], "v", color=VERMILLION, ms=4.5)
    ax.axhline(0, color=INK, lw=0.9)
    at = int(np.flatnonzero([tuple(pairs[i]) == tuple(marked) for i in order])[0])
    note(ax, f"{marked[0]} and {marked[1]}", (at, gain[order][at]), (-8, 10), ha="right", color=INK)
    ax.plot(at, gain[order][at], "o", ms=10, mfc="none", mec=INK, mew=1.2)
    ax.set(
        xlabel="the 45 pairs, in this order", xticks=[], ylabel="AUC of −LSE(z)\nminus 1 − max a"
    )
    return fig


@styled
def risk_and_coverage(curves, names):
    """Plot the risk among what is answered against how much is answered.

    Parameters
    ----------
    curves : dict of RiskCoverage
        Two or three of them.
    names : dict
        How to call each.
    """
    fig, ax = new_figure(size=(5.4, 3))
    styles = ((BLUE, "-"), (VERMILLION, "--"), (GREEN, "-."))
    for (key, curve), (color, ls) in zip(curves.items(), styles, strict=False):
        ax.plot(curve.coverage, curve.risk, color=color, ls=ls, label=names[key])
    ax.set(xlabel="coverage: share that is answered", ylabel="share of errors in it")
    ax.set(xlim=(0, 1.01), ylim=(0, None))
    ax.xaxis.set_major_formatter(PercentFormatter(1.0))
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    free = (0.4, 0.6) if narrow() else (0.4, 0.52)  # between the curves
    ax.legend(loc="center", bbox_to_anchor=free)
    return fig


@styled
def coverage_law(coverage, n, m, k):
    """Plot how often each coverage came up, and the law that it should follow.

    Parameters
    ----------
    coverage : array_like
        Shares of m test examples, one for each calibration.
    n, m, k : int
        Examples to calibrate on and to test; the rank of the threshold among the n.
    """
    from scipy.stats import betabinom

    counts = np.arange(m + 1)
    law = betabinom(m, k, n + 1 - k).pmf(counts)
    fig, ax = new_figure(size=(5.4, 2.8))
    step = max(1, m // 100)  # of the histogram, in test examples
    edges = (np.arange(0, m + step + 1, step) - 0.5) / m
    ax.hist(coverage, edges, color=BLUE, alpha=0.8, label="seen")
    ax.plot(counts / m, law * len(coverage) * step, color=INK, lw=1.8, label="predicted")
    ax.axvline(k / (n + 1), **DASHED)
    spread = 4 * np.sqrt(0.09 / n + 0.09 / m)
    ax.set(xlim=(k / (n + 1) - spread, min(1, k / (n + 1) + spread)), yticks=[])
    ax.set(xlabel="coverage on the test digits", ylabel="calibrations")
    ax.legend(loc="upper left")
    return fig


@styled
def what_is_not_promised(lac, aps, strengths, alpha=0.1):
    """Plot the coverage of each class, and of digits noisier than those of the calibration.

    Parameters
    ----------
    lac, aps : dict
        ``by_class``, per split a list over classes, and ``by_noise``, with ``coverage`` per split a
        list over `strengths`.
    strengths : sequence of floats
        The noise of the test digits.
    alpha : float
        What was asked for.
    """
    fig, (left, right) = new_figure(1, 2, size=(5.4, 2.9), sharey=True)
    for run, color, ls, marker, dx in (
        (lac, BLUE, "-", "o", -0.15),
        (aps, PURPLE, "--", "s", 0.15),
    ):
        by_class, by_noise = np.array(run["by_class"]), np.array(run["by_noise"]["coverage"])
        digits = np.arange(by_class.shape[1]) + dx
        for ax, x, values in ((left, digits, by_class), (right, strengths, by_noise)):
            mean = values.mean(axis=0)
            line = "none" if ax is left else ls
            name = "LAC" if run is lac else "APS"
            ax.plot(x, mean, color=color, ls=line, marker=marker, ms=4.5, label=name)
            ax.vlines(x, values.min(axis=0), values.max(axis=0), color=color, lw=0.8)
    for ax in (left, right):
        ax.axhline(1 - alpha, **DASHED)
    left.set(xticks=range(10), xlabel="class", ylabel="coverage", title="class by class")
    right.set(xlabel="noise of the test digits", title="calibrated at 4", xticks=strengths)
    right.legend(loc="lower left")
    return fig


@styled
def digit_sets(pictures, labels, sets, title):
    """Draw pictures of digits with the set of classes below each.

    Parameters
    ----------
    pictures : array_like, (n, 64)
        Grey levels.
    labels : sequence of ints
        The right classes; those that their set misses are named.
    sets : sequence of lists of ints
        The classes in each set.
    title : str
        What the sets are.
    """
    columns = 6
    rows = -(-len(labels) // columns)
    fig, axes = new_figure(rows, columns, size=(5.4, 0.35 + 1.12 * rows), squeeze=False)
    for ax in axes.flat:
        ax.axis("off")
    cells = zip(axes.flat, pictures, labels, sets, strict=False)
    for ax, picture, label, members in cells:
        ax.imshow(np.reshape(picture, (8, 8)), cmap="book:ink", vmin=0, vmax=1)
        text = "{" + ", ".join(map(str, members)) + "}" if len(members) else "∅"
        missed = label not in members
        ax.set_title(
            folded(f"{text}| not {label}") if missed else text,
            loc="center", y=0, pad=-3, va="top", fontsize=9,
            fontweight="bold" if missed else "normal",
        )  # fmt: skip
    fig.suptitle(title, fontsize=10)
    return fig
