"""Figures of chapter 6, Evaluation. ROC and precision-recall curves are scikit-learn's."""

import numpy as np

from softmax_book.figures.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    PURPLE,
    VERMILLION,
    narrow,
    new_figure,
    note,
    styled,
)
from softmax_book.metrics import (
    average_precision_score,
    confusion_matrix,
    precision_recall_curve,
    roc_auc_score,
    roc_curve,
)
from softmax_src import sigmoid, softmax

DASHES = ["-", "--", "-.", ":"]


def _roc_axes(ax, xlabel="false-positive rate", ylabel="true-positive rate"):
    ax.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), xlabel=xlabel, ylabel=ylabel)
    ax.set(xticks=[0, 0.5, 1], yticks=[0, 0.5, 1], aspect="equal")


def _chance(ax, x, y):
    ax.plot(x, y, color=GREY, lw=1, ls=":")


@styled
def same_curve(margin, positive, names):
    """Plot the histograms of a margin and of its sigmoid, and the ROC curves of both.

    Parameters
    ----------
    margin : array_like, (N,)
        Two-class margins, the difference of the two logits.
    positive : array_like of bool, (N,)
        Whether the example is of the first class.
    names : (str, str)
        What to call the two classes.
    """
    margin, positive = np.asarray(margin), np.asarray(positive, dtype=bool)
    fig, axes = new_figure(2, 2, size=(5.4, 4.9), height_ratios=[1, 1.25])
    grid = axes[1, 0].get_gridspec()
    for ax in axes[1]:
        ax.remove()
    roc = fig.add_subplot(grid[1, :])
    scores = {"margin $m$": margin, "probability $\\sigma(m)$": sigmoid(margin)}
    for ax, (name, score) in zip(axes[0], scores.items(), strict=True):
        bins = np.linspace(score.min(), score.max(), 25)
        kinds = zip(names, (positive, ~positive), (BLUE, VERMILLION), strict=True)
        for label, part, color in kinds:
            solid = color == BLUE
            ax.hist(
                score[part], bins=bins, histtype="stepfilled" if solid else "step",
                color=color, alpha=0.55 if solid else 1, lw=1.8, label=label,
            )  # fmt: skip
        ax.set(xlabel=name, ylabel="pictures")
    above = {"loc": "lower left", "bbox_to_anchor": (0, 1), "ncols": 2} if narrow() else {}
    axes[0, 0].legend(borderaxespad=0, **above)
    axes[0, 1].set_ylabel("")
    for (name, score), style, width in zip(scores.items(), "-:", (2.2, 5), strict=True):
        fpr, tpr, _ = roc_curve(positive, score, drop_intermediate=False)
        color = BLUE if style == "-" else VERMILLION
        roc.plot(fpr, tpr, color=color, lw=width, ls=style, label=name)
    _chance(roc, [0, 1], [0, 1])
    _roc_axes(roc)
    roc.legend(loc="lower right")
    return fig


@styled
def saturation(results):
    """Plot, for each split, the AUC that a saturated probability loses against its margin.

    Parameters
    ----------
    results : dict
        Of the run ``binary_saturation``: ``auc_margin``, ``auc_float64``, ``auc_float32`` and
        ``auc_float16``, one number per split.
    """
    types = ["float64", "float32", "float16"]
    fig, ax = new_figure(size=(5.4, 2.6))
    for row, (dtype, color) in enumerate(zip(types, (BLUE, GREEN, VERMILLION), strict=True)):
        lost = np.subtract(results["auc_margin"], results[f"auc_{dtype}"])
        ax.plot(lost, np.full(len(lost), row), "o", color=color, alpha=0.75)
        ax.plot(lost.mean(), row, "|", color=INK, ms=22, mew=1.6)
    ax.axvline(0, color=GREY, lw=1)
    ax.set(yticks=range(3), ylim=(2.5, -0.5), xlabel="AUC of the margin − AUC of the probability")
    ax.set_yticklabels(types)
    return fig


@styled
def compression(z):
    """Plot the differences of all pairs of outputs, and of their logarithms, against the logits'.

    Parameters
    ----------
    z : array_like, (N, K)
        Logits.
    """
    a = softmax(z)  # (N, K)
    i, j = np.triu_indices(a.shape[1], 1)
    dz, da = (np.abs(v[:, i] - v[:, j]).ravel() for v in (np.asarray(z), a))
    dlog = np.abs(np.log(a[:, i] / a[:, j])).ravel()
    top = dz.max()
    fig, (left, right) = new_figure(1, 2, size=(5.4, 2.9))
    left.plot(dz, da, ".", color=BLUE, ms=2.5, alpha=0.75)
    left.plot([0, 2], [0, 1], color=INK, lw=1.4, ls="--")
    note(left, "slope ½", (2, 1), (-2, 3))
    left.set(xlim=(0, top), ylim=(0, 1.15), title="linear scale")
    left.set(xlabel="$|z_i-z_j|$", ylabel="$|a_i-a_j|$")
    right.plot(dz, dlog, ".", color=BLUE, ms=2.5, alpha=0.75)
    right.plot([0, top], [0, top], color=INK, lw=1.4, ls="--")
    note(right, "slope 1", (top * 0.45, top * 0.45), (10, -10))
    right.set(xlim=(0, top), ylim=(0, top), title="logarithmic scale")
    right.set(xlabel="$|z_i-z_j|$", ylabel="$|\\log a_i-\\log a_j|$")
    return fig


@styled
def rank_strips(positive, scores, k):
    """Draw each example as a tick at its rank by a_k and by the shifted z_k, and both ROC curves.

    Parameters
    ----------
    positive : array_like of 0 and 1, (N,)
        Whether the example is of class k: its tick is above the line, else below.
    scores : dict
        ``"a"`` and ``"z"``, each (N,).
    k : int
        The class's name.
    """
    from scipy.stats import rankdata

    positive = np.asarray(positive, dtype=bool)
    names = {"a": f"$a_{{{k}}}$", "z": f"$z_{{{k}}}+c$"}
    fig, (top, low) = new_figure(2, 1, size=(5.4, 5.2), height_ratios=[1, 1.5])
    for row, (name, color, style) in enumerate((("a", BLUE, "-"), ("z", VERMILLION, "--"))):
        rank, base = rankdata(scores[name]), -2.4 * row
        top.vlines(rank[~positive], base - 0.6, base, color=GREY, lw=0.5)
        top.vlines(rank[positive], base, base + 1, color=color, lw=1.4)
        top.axhline(base, color=INK, lw=0.8)
        top.text(1, base + 1.15, f"in the order of {names[name]}", color=color)
        fpr, tpr, _ = roc_curve(positive, scores[name], drop_intermediate=False)
        area = roc_auc_score(positive, scores[name])
        label = f"{names[name]}: AUC {area:.3f}"
        low.plot(fpr, tpr, color=color, ls=style, label=label)
    top.set(yticks=[], ylim=(-3.2, 1.7), xlim=(0, len(positive) + 1), xlabel="rank, lowest first")
    top.grid(False)
    top.spines["left"].set_visible(False)
    _chance(low, [0, 1], [0, 1])
    _roc_axes(low)
    low.legend(loc="lower right")
    return fig


@styled
def threshold(positive, margin, t, k):
    """Draw ROC and precision-recall curves of a margin, with the point of one threshold on each.

    Parameters
    ----------
    positive : array_like of 0 and 1, (N,)
        Whether the example is of class k.
    margin : array_like, (N,)
        One-vs-rest margins.
    t : float
        The threshold: m >= t is called positive.
    k : int
        The class's name.
    """
    positive, margin = np.asarray(positive), np.asarray(margin)
    (tn, fp), (fn, tp) = confusion_matrix(positive, (margin >= t).astype(int), labels=[0, 1])
    fig, (left, right) = new_figure(1, 2, size=(5.4, 3.2))
    fpr, tpr, _ = roc_curve(positive, margin, drop_intermediate=False)
    left.plot(fpr, tpr, color=BLUE)
    left.plot(fp / (fp + tn), tp / (tp + fn), "o", color=VERMILLION, ms=9)
    _chance(left, [0, 1], [0, 1])
    _roc_axes(left)
    left.set_title(f"$m_{{{k}}}\\geq{t:g}$: {tp} found,\n{fp} false alarms")
    precision, recall, _ = precision_recall_curve(positive, margin)
    right.plot(recall, precision, color=BLUE)
    if tp + fp:
        right.plot(tp / (tp + fn), tp / (tp + fp), "o", color=VERMILLION, ms=9)
    _chance(right, [0, 1], [positive.mean()] * 2)
    _roc_axes(right, "recall", "precision")
    area, ap = roc_auc_score(positive, margin), average_precision_score(positive, margin)
    name = "AP" if narrow() else "average precision"
    right.set_title(f"AUC {area:.3f},\n{name} {ap:.3f}")
    return fig


@styled
def one_vs_rest_curves(positive, scores):
    """Draw ROC and precision-recall curves of several scores of one class.

    Parameters
    ----------
    positive : array_like of 0 and 1, (N,)
        Whether the example is of the class.
    scores : dict
        Up to four scores (N,), by the name to show.
    """
    fig, (left, right) = new_figure(1, 2, size=(5.4, 3.3))
    colors = (BLUE, VERMILLION, GREEN, PURPLE)
    for (name, score), color, style in zip(scores.items(), colors, DASHES, strict=False):
        fpr, tpr, _ = roc_curve(positive, score, drop_intermediate=False)
        left.plot(fpr, tpr, color=color, ls=style, label=name)
        precision, recall, _ = precision_recall_curve(positive, score)
        right.plot(recall, precision, color=color, ls=style)
    _chance(left, [0, 1], [0, 1])
    _chance(right, [0, 1], [np.mean(positive)] * 2)
    _roc_axes(left)
    _roc_axes(right, "recall", "precision")
    fig.legend(loc="outside lower center", ncols=2)
    return fig


@styled
def ten_splits(auc, names):
    """Plot one number per split for several scores, on the whole scale and close to 1.

    Parameters
    ----------
    auc : dict
        Lists of numbers by the score's key.
    names : dict
        The name to show by the score's key, in the order to show.
    """
    fig, axes = new_figure(1, 2, size=(5.4, 2.8), sharey=True)
    for row, key in enumerate(names):
        values = np.asarray(auc[key])
        for ax in axes:
            ax.plot(values, np.full(len(values), row), "o", color=BLUE, alpha=0.75)
            ax.plot(values.mean(), row, "|", color=INK, ms=18, mew=1.6)
    axes[0].set(yticks=range(len(names)), ylim=(len(names) - 0.5, -0.5), xlim=(-0.03, 1.03))
    axes[0].set_yticklabels(names.values(), fontsize=10)
    axes[0].set(xticks=[0, 0.5, 1], title="whole scale")
    fig.supxlabel("mean AUC of the ten classes", fontsize=10)
    axes[1].set(
        xlim=(0.9865, 1.0005),
        xticks=[0.99, 0.995, 1],
        title="close to 1",
    )
    return fig


@styled
def rank_swap(first, second, swap):
    """Plot the first output of two logit vectors over the temperature, with their crossing.

    Parameters
    ----------
    first, second : sequence of K floats
        Logits.
    swap : float
        The temperature at which the outputs cross.
    """
    T = np.geomspace(0.2, 4, 300)
    fig, ax = new_figure()
    for z, name, color, style in ((first, "A", BLUE, "-"), (second, "B", VERMILLION, "--")):
        a = np.array([softmax(z, temperature=t)[0] for t in T])
        ax.plot(T, a, color=color, ls=style)
        note(ax, name, (T[-1], a[-1]), (4, -3), color=color)
    ax.axvline(swap, color=GREY, lw=1, ls=":")
    note(ax, f"$T={swap:.2f}$", (swap, 0.98), (5, 0))
    ax.set(xscale="log", xlabel="temperature $T$", ylabel="$a_1$", ylim=(0.3, 1.03))
    ax.set_xticks([0.2, 0.5, 1, 2, 4], ["0.2", "0.5", "1", "2", "4"])
    ax.minorticks_off()
    return fig
