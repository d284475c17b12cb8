"""Figures of chapter 5, Backpropagation."""

import numpy as np
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle

from softmax_book.figures.style import (
    BLUE,
    GREY,
    INK,
    MUTED,
    PAPER,
    VERMILLION,
    narrow,
    new_figure,
    note,
    styled,
)

# Names and line styles of the output/cost pairs, the same in every figure and in the race.
PAIR_NAMES = {
    "softmax+nll": "softmax + log-likelihood",
    "sigmoid+cross-entropy": "sigmoids + cross-entropy",
    "softmax+quadratic": "softmax + quadratic",
    "sigmoid+quadratic": "sigmoids + quadratic",
    "double-softmax+nll": "softmax twice + log-likelihood",
}


def _cells(ax, matrix, limit):
    """Draw a signed matrix as coloured cells with its numbers in them."""
    ax.imshow(matrix, cmap="book:signed", vmin=-limit, vmax=limit)
    for (k, j), value in np.ndenumerate(matrix):
        dark = abs(value) > 0.7 * limit
        text = f"{value:.2f}".replace("-", "−").replace("−0.00", "0.00")
        ax.text(j, k, text, ha="center", va="center", color=PAPER if dark else INK, fontsize=9.5)
    ax.grid(False)


@styled
def jacobians(matrices, outputs, names):
    """Show Jacobians of the softmax as signed cells, row k for output a_k, column j for logit z_j.

    Parameters
    ----------
    matrices : sequence of ndarray (K, K)
        The Jacobians.
    outputs : sequence of ndarray (K,)
        The softmax outputs that they belong to.
    names : sequence of str
        A title for each.
    """
    columns = 1 if narrow() else 2
    rows = -(-len(matrices) // columns)
    fig, axes = new_figure(rows, columns, size=(5.4, 2.75 * rows), squeeze=False)
    for ax, matrix, a, name in zip(axes.flat, matrices, outputs, names, strict=True):
        _cells(ax, matrix, 0.25)
        ticks = range(len(a))
        ax.set_xticks(ticks, [f"$z_{j + 1}$" for j in ticks])
        ax.set_yticks(ticks, [f"$a_{k + 1}={p:.2f}$" for k, p in enumerate(a)])
        ax.tick_params(length=0, labelsize=10)
        ax.set_title(name)
    return fig


@styled
def computation_graph(forward, backward, c):
    """Draw the graph from three logits to the cost, a value and a derivative at every node.

    Parameters
    ----------
    forward : dict
        ``z`` (3,), ``e`` (3,), ``S``, ``a_c`` and ``C``: the values, computed left to right.
    backward : dict
        The same keys: the derivative of C in each value, computed right to left.
    c : int
        The correct class, counted from 0.
    """
    fig, ax = new_figure(size=(5.4, 5.3))
    columns = [0.75, 2.35, 3.95]  # of the three classes, in inches
    places = {("z", k): (columns[k], 4.9) for k in range(3)}
    places |= {("e", k): (columns[k], 3.75) for k in range(3)}
    places |= {"S": (columns[1 if c != 1 else 2], 2.6), "a_c": (columns[c], 1.45)}
    places["C"] = (columns[c], 0.3)
    names = {"S": "S", "a_c": f"a_{c + 1}", "C": "C"}
    names |= {(x, k): f"{x}_{k + 1}" for x in "ze" for k in range(3)}

    half = np.array([0.52, 0.27])
    for node, (x, y) in places.items():
        key, *index = node if isinstance(node, tuple) else (node,)
        value, slope = (np.asarray(side[key])[tuple(index)] for side in (forward, backward))
        box = FancyBboxPatch(
            (x - half[0], y - half[1]), *(2 * half), boxstyle="round,pad=0,rounding_size=0.07",
            facecolor=PAPER, edgecolor=INK, lw=1.1, zorder=2,
        )  # fmt: skip
        ax.add_patch(box)
        ax.text(x, y + 0.12, f"${names[node]}={value:.2f}$", ha="center", va="center", fontsize=11)
        ax.text(
            x, y - 0.12, f"{slope:+.3f}".replace("-", "−"),
            ha="center", va="center", fontsize=10.5, color=VERMILLION, fontweight="bold",
        )  # fmt: skip

    def edge(start, end, label, shift=(0.13, 0), size=11):
        (x0, y0), (x1, y1) = np.array(places[start]), np.array(places[end])
        y0, y1 = y0 - half[1], y1 + half[1]
        arrow = FancyArrowPatch(
            (x0, y0), (x1, y1), arrowstyle="-|>", mutation_scale=11, color=GREY, lw=1.1,
            shrinkA=0, shrinkB=0, zorder=1,
        )  # fmt: skip
        ax.add_patch(arrow)
        x, y = (x0 + x1) / 2 + shift[0], (y0 + y1) / 2 + shift[1]
        ax.text(x, y, label, va="center", fontsize=size, color=BLUE, zorder=3,
                ha="left" if shift[0] > 0 else "right")  # fmt: skip

    for k in range(3):
        edge(("z", k), ("e", k), f"$e^{{z_{k + 1}}}$")
        edge(("e", k), "S", "1", shift=(0.13, 0.08 * np.sign(places["S"][0] - columns[k])))
    edge(("e", c), "a_c", "$1/S$", shift=(-0.13, 0))
    edge("S", "a_c", rf"$-\frac{{e_{c + 1}}}{{S^2}}$", shift=(0.16, -0.1), size=14)
    edge("a_c", "C", rf"$-\frac{{1}}{{a_{c + 1}}}$", size=14)

    right = 2.75 if c < 2 else 0.4  # where there is room
    ax.text(right, 1.02, "value, downwards", fontsize=10)
    ax.text(right, 0.72, "slope of $C$, upwards", fontsize=10, color=VERMILLION, fontweight="bold")
    ax.text(right, 0.42, "factor along an edge", fontsize=10, color=BLUE)
    frame = (right - 0.13, 0.27), 2.15, 1.02
    ax.add_patch(Rectangle(*frame, fill=False, edgecolor=GREY, lw=0.8))
    ax.set(xlim=(0.1, 5.0), ylim=(-0.03, 5.2))
    ax.axis("off")
    return fig


@styled
def first_gradient(picture, delta, label):
    """Show one digit and its gradient in the weights of a layer of ten neurons on its pixels.

    Parameters
    ----------
    picture : ndarray (64,)
        The digit's pixels: the layer's input.
    delta : ndarray (10,)
        Prediction minus target.
    label : int
        The digit's class.
    """
    fig, axes = new_figure(3, 4, size=(5.4, 4.4))
    gradient = np.outer(delta, picture)  # (10, 64)
    shade = np.sign(gradient) * np.sqrt(np.abs(gradient))  # or the small ones would be invisible
    tiles = list(axes.flat[1:11])
    axes[0, 0].imshow(picture.reshape(8, 8), cmap="book:ink")
    axes[0, 0].set_title(f"input, a {label}", fontsize=10)
    axes[-1, -1].set_visible(False)
    for j, ax in enumerate(tiles):
        ax.imshow(shade[j].reshape(8, 8), cmap="book:signed", vmin=-1, vmax=1)
        sign = f"{delta[j]:+.2f}".replace("-", "−")
        weight = "bold" if j == label else "normal"
        ax.set_title(f"$\\delta_{j}=$" + sign, fontsize=10, fontweight=weight)
    for ax in axes.flat:
        ax.set(xticks=[], yticks=[])
        ax.grid(False)
    for side in ("top", "bottom", "left", "right"):
        tiles[label].spines[side].set(visible=True, color=INK, linewidth=1.8)
    return fig


@styled
def v_curve(steps, errors, best):
    """Plot the error of finite differences against the step, on two logarithmic axes.

    Parameters
    ----------
    steps : ndarray (n,)
        Steps h.
    errors : dict of str to ndarray (n,)
        A relative error for each step, per method.
    best : dict of str to float
        The step that theory prefers, per method.
    """
    fig, ax = new_figure()
    for name, error in errors.items():
        (line,) = ax.loglog(steps, error)
        ax.axvline(best[name], color=line.get_color(), lw=1, ls=":")
        at, side, offset = {"central": (1e-4, "left", -9)}.get(name, (3e-2, "right", 6))
        at = np.argmin(np.abs(np.log(steps) - np.log(at)))
        note(
            ax, name, (steps[at], error[at]), (8 if side == "left" else -8, offset),
            color=line.get_color(), ha=side, fontsize=10,
        )  # fmt: skip
    bottom, top = ax.get_ylim()
    for name, h in best.items():
        power = r"\varepsilon^{1/3}" if name == "central" else r"\varepsilon^{1/2}"
        note(ax, f"${power}$", (h, top), (3, -12))
    ax.annotate("rounding", (3e-14, 1e-6), ha="left", fontsize=10, color=MUTED)
    ax.annotate("curvature", (0.15, 3e-7), ha="center", fontsize=10, color=MUTED)
    ax.set(xlabel="step $h$", ylabel="relative error", ylim=(bottom, top))
    return fig


@styled
def gradient_norms(margins, norms):
    """Plot the size of δ against how wrong the output is, one curve for each output/cost pair.

    Parameters
    ----------
    margins : ndarray (n,)
        By how much the wrong logit leads; negative where the right one does.
    norms : dict of str to ndarray (n,)
        The norms of δ, keyed as ``network.PAIRS``.
    """
    fig, ax = new_figure(size=(5.4, 4.2))
    for pair, name in PAIR_NAMES.items():
        ax.semilogy(margins, norms[pair], label=name)
    fig.legend(loc="outside lower center", ncols=1 if narrow() else 2)
    ax.axvline(0, color=INK, lw=0.9, ls=":")
    ax.text(-0.6, 12, "right answer leads", ha="right", fontsize=9.5, color=MUTED)
    ax.text(0.6, 12, "wrong answer leads", ha="left", fontsize=9.5, color=MUTED)
    ax.set(
        xlim=(margins[0], margins[-1]), ylim=(6e-10, 60),
        xlabel="margin of the wrong logit over the right one", ylabel=r"$\|\delta\|$",
    )  # fmt: skip
    return fig


def _race(ax, lanes):
    """Draw the mean of every pair's accuracy with the band from its worst to its best seed."""
    for pair, (mean, least, most) in lanes.items():
        (line,) = ax.plot(mean, label=PAIR_NAMES[pair])
        band = {"color": line.get_color(), "alpha": 0.15, "lw": 0}
        ax.fill_between(range(len(mean)), least, most, **band)
    ax.axhline(0.9, color=INK, lw=0.8, ls=":")
    ax.set(xlim=(0, len(mean) - 1), ylim=(0, 1), xlabel="epoch")


@styled
def race(lanes, title):
    """Plot the accuracy of the pairs against the epoch for one start and one choice of rates.

    Parameters
    ----------
    lanes : dict of str to (mean, least, most)
        Per pair three lists over the epochs: mean, worst and best of the seeds.
    title : str
        What start and rates these are.
    """
    fig, ax = new_figure()
    _race(ax, lanes)
    ax.set(ylabel="test accuracy", title=title)
    ax.legend(loc="lower right")
    return fig


@styled
def races(panels):
    """Plot four races, each a panel: two starts by two choices of rates.

    Parameters
    ----------
    panels : dict of str to dict
        Per title the lanes, as `race` takes them.
    """
    fig, axes = new_figure(2, 2, size=(5.4, 5.6), sharex=True, sharey=True)
    for ax, (title, lanes) in zip(axes.flat, panels.items(), strict=True):
        _race(ax, lanes)
        ax.set_title(title.replace(", ", ",\n"), fontsize=10)
        ax.label_outer()
    for ax in axes[:, 0]:
        ax.set_ylabel("test accuracy")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    fig.legend(handles, labels, loc="outside lower center", ncols=2)
    return fig


@styled
def delta_bars(a, y, delta, naive):
    """Show predictions and targets as bars, and below them δ and the formula a − y.

    Parameters
    ----------
    a, y : sequence of K floats
        Outputs and targets.
    delta, naive : sequence of K floats
        The gradient in the logits, and a − y.
    """
    fig, (top, low) = new_figure(2, 1, size=(5.4, 4.4), sharex=True)
    k = np.arange(len(a))
    top.bar(k, a, width=0.5, color=BLUE, label="prediction $a_k$")
    top.hlines(y, k - 0.36, k + 0.36, color=VERMILLION, lw=3, label="target $y_k$")
    top.set(ylim=(0, 1.06), ylabel="output")
    low.bar(k, delta, width=0.5, color=INK, label=r"$\delta_k=\partial C/\partial z_k$")
    low.bar(k, naive, width=0.66, fill=False, edgecolor=VERMILLION, ls="--", lw=1.4,
            label="$a_k-y_k$")  # fmt: skip
    low.axhline(0, color=INK, lw=0.8)
    reach = 1.06 * max(1, np.abs([delta, naive]).max())
    low.set(ylim=(-reach, reach), ylabel="gradient")
    low.set_xticks(k, [f"$k={i + 1}$" for i in k])
    for ax in (top, low):
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0.2, ncols=2)
        ax.grid(axis="x", visible=False)
    return fig
