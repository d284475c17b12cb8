"""Figures of chapter 2, Definition."""

import numpy as np

from softmax_src import logsumexp, softmax
from softmax_src.figures.style import INK, new_figure, styled


@styled
def four_outputs(z, temperature=1.0):
    """Plot the four outputs against the fourth logit, and mark the present z[3] and the half-point.

    Parameters
    ----------
    z : sequence of 4 floats
        The logits; the first three are held fixed, the fourth runs from -5 to 8.
    temperature : float
        The temperature of the softmax.
    """
    grid = np.linspace(-5, 8, 400)
    logits = np.column_stack([np.tile(z[:3], (grid.size, 1)), grid])  # (400, 4)
    a = softmax(logits, temperature=temperature)
    half = temperature * logsumexp(np.asarray(z[:3]) / temperature)

    fig, ax = new_figure()
    for k in range(4):
        (line,) = ax.plot(grid, a[:, k])
        at = -4.8 if k < 3 else 7.9
        value = a[0 if k < 3 else -1, k]
        ax.annotate(
            f"$a_{k + 1}$", (at, value), xytext=(0, 5), textcoords="offset points",
            color=line.get_color(), fontsize=12, ha="left" if k < 3 else "right",
        )  # fmt: skip
    ax.plot([half, half, -5], [0, 0.5, 0.5], color=INK, lw=0.9, ls=(0, (4, 3)))
    ax.plot(half, 0.5, "o", color=INK)
    ax.annotate(
        f"$a_4=\\frac{{1}}{{2}}$ at $z_4={half:.2f}$", (half, 0.5), xytext=(8, -4),
        textcoords="offset points", ha="left", va="top",
    )  # fmt: skip
    ax.axvline(z[3], color=INK, lw=0.9, ls=":")
    ax.annotate(f"now $z_4={z[3]:g}$", (z[3], 1.0), xytext=(4, 0), textcoords="offset points")
    ax.set(xlim=(-5, 8), ylim=(0, 1.06), xlabel="$z_4$", ylabel="output")
    return fig
