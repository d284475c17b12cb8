"""Figures of appendix D, Softmax at work."""

import numpy as np

from softmax_book.figures.style import BLUE, INK, VERMILLION, new_figure, note, styled


@styled
def attention_scale(sizes, largest, slope):
    """Plot what dividing by √d does, over the size d of queries and keys.

    Parameters
    ----------
    sizes : sequence of int
        The sizes d.
    largest, slope : dict of str to sequence of float
        Under "divided" and "raw": the mean of the largest weight, and of the Jacobian's trace.
    """
    fig, axes = new_figure(2, 1, size=(5.4, 5.4), sharex=True)
    labels = ("mean of the largest weight", "mean trace of the Jacobian")
    for ax, values, label in zip(axes, (largest, slope), labels, strict=True):
        for name, colour, text in (
            ("divided", BLUE, "divided by $\\sqrt{d}$"),
            ("raw", VERMILLION, "not divided"),
        ):
            dash = "-" if name == "divided" else "--"
            ax.plot(sizes, values[name], color=colour, ls=dash, marker="o", ms=4)
            at = len(sizes) // 2
            if name == "divided":
                below = label == labels[0]
                note(
                    ax, text, (sizes[at], values[name][at]), (4, 6 if below else -16), color=colour
                )
            elif label == labels[0]:
                note(ax, text, (sizes[at], values[name][at]), (-8, 2), color=colour, ha="right")
            else:
                note(ax, text, (sizes[at], values[name][at]), (8, 6), color=colour)
        ax.set(xscale="log", ylim=(0, 1.05), ylabel=label)
        ax.set_xticks(sizes, [str(d) for d in sizes])
        ax.minorticks_off()
    axes[-1].set_xlabel("size $d$ of queries and keys")
    return fig


@styled
def sampling(tokens, a, drawn):
    """Plot a next-token distribution as outlines, and what is drawn from as bars inside them."""
    fig, ax = new_figure(size=(5.4, 3.4))
    rows = np.arange(len(tokens))
    ax.barh(rows, drawn, height=0.5, color=BLUE, label="drawn from")
    dashes = ["-" if b > 0 else "--" for b in drawn]
    bars = ax.barh(rows, a, height=0.8, fill=False, edgecolor=VERMILLION, lw=1.4)
    for bar, dash in zip(bars, dashes, strict=True):
        bar.set_linestyle(dash)
    for row, (x, b) in enumerate(zip(a, drawn, strict=True)):
        text = f"{x:.3f} → {b:.3f}" if b > 0 else f"{x:.3f} → out"
        note(ax, text, (max(x, b), row), (6, 0), va="center", fontsize=9)
    ax.set_yticks(rows, tokens)
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    ax.set(xlim=(0, 1.05 * max(*a, *drawn) + 0.12))
    ax.set_xlabel("probability: softmax (outlined) and what is drawn from (solid)")
    return fig


@styled
def bandit(curves, exact):
    """Plot the best action's probability over steps, for starts that favour it and that do not.

    Parameters
    ----------
    curves : dict of str to ndarray (runs, steps + 1)
        For each start, the probability of the best action in each run with sampled gradients.
    exact : dict of str to ndarray (steps + 1,)
        The same with the exact gradient.
    """
    fig, axes = new_figure(len(curves), 1, size=(5.4, 4.8), sharex=True, sharey=True)
    for ax, (name, runs) in zip(axes, curves.items(), strict=True):
        for run in runs:
            ax.plot(run, color=BLUE, lw=0.8, alpha=0.75, ls="-")
        ax.plot(exact[name], color=INK, ls="--", lw=1.8)
        ax.set_title(name)
        ax.set(ylim=(-0.03, 1.03))
    axes[-1].set_xlabel("step")
    fig.supylabel("probability of the best action", fontsize=10)
    return fig
