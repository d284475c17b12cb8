"""Figures of appendix A, Softmax properties."""

import numpy as np
from matplotlib.colors import BoundaryNorm

from softmax_book.figures.definition import CORNERS
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
from softmax_src import logsumexp, softmax, softmax_jacobian

# An orthonormal basis of the plane in which logits and outputs sum to 0: right and up.
PLANE = np.array([[-1, 0, 1], [-1, 2, -1]]) / np.sqrt([[2], [6]])  # (2, 3)
#: Length of the logit change whose image, to first order, is the ellipse in the triangle.
STEP = 0.5
LEVELS = np.arange(0, 0.55, 0.05)


@styled
def secular(a):
    r"""Plot the function whose zeros are the Jacobian's eigenvalues other than 0.

    Parameters
    ----------
    a : sequence of floats
        Distinct probabilities: the poles of :math:`f(\lambda) = \sum_k a_k / (a_k - \lambda)`.
    """
    a = np.sort(np.asarray(a, dtype=float))
    eigenvalues = np.linalg.eigvalsh(softmax_jacobian(np.log(a)))[1:]
    fig, ax = new_figure()
    right = a[-1] * 1.12
    for start, end in zip([0.0, *a], [*a, right], strict=True):
        inside = np.linspace(start, end, 402)[1:-1]
        f = (a / (a - inside[:, None])).sum(axis=1)
        ax.plot(inside, f, color=BLUE, ls="-")
    ax.axhline(0, color=GREY, lw=0.8)
    for k, pole in enumerate(a):
        ax.axvline(pole, **DASHED)
        note(ax, f"$a_{{({k + 1})}}$", (pole, 21), (3, 0), va="top")
    ax.plot(eigenvalues, np.zeros(len(eigenvalues)), "o", color=VERMILLION, zorder=3)
    for k, value in enumerate(eigenvalues):
        note(
            ax, f"$\\lambda_{k + 2}={value:.3f}$", (value, 0), (5, -6), color=VERMILLION, va="top",
            bbox={"boxstyle": "round,pad=0.1", "fc": PAPER, "ec": "none", "alpha": 0.9},
        )  # fmt: skip
    note(ax, f"$f(0)={len(a)}$", (0, len(a)), (4, -3), va="top")
    ax.set(xlim=(0, right), ylim=(-22, 22), xlabel="$\\lambda$", ylabel="$f(\\lambda)$")
    return fig


def ellipse(z, n=181):
    """Where a logit change of length STEP takes the output to first order, (n, 2) in the plane."""
    angle = np.linspace(0, 2 * np.pi, n)
    circle = STEP * np.column_stack([np.cos(angle), np.sin(angle)])
    # Lengths of probability vectors are sqrt(2) times those in the triangle of side 1.
    return circle @ (PLANE @ softmax_jacobian(z) @ PLANE.T) / np.sqrt(2)


def _inside(n):
    """Probabilities (m, 3) of a grid of points of the triangle, and their places (m, 2)."""
    x, y = np.meshgrid(np.linspace(0, 1, n), np.linspace(0, CORNERS[1, 1], n))
    a2 = y / CORNERS[1, 1]
    a3 = x - a2 / 2
    a = np.stack([1 - a2 - a3, a2, a3], axis=-1).reshape(-1, 3)
    keep = (a > 1e-9).all(axis=1)
    return a[keep], a[keep] @ CORNERS


@styled
def simplex_heatmap(z):
    """Draw the largest eigenvalue of the Jacobian over the triangle of three classes.

    Parameters
    ----------
    z : sequence of 3 floats
        Logits of the point that is marked, with the ellipse of its Jacobian.
    """
    fig, ax = new_figure(size=(5.4, 4.0))
    a, xy = _inside(160)
    top = np.linalg.eigvalsh(softmax_jacobian(np.log(a)))[:, -1]  # (m,)
    norm = BoundaryNorm(LEVELS, 256)
    colours = ax.tricontourf(*xy.T, top, levels=LEVELS, norm=norm, cmap="cividis")
    bar = fig.colorbar(colours, ax=ax, ticks=LEVELS[::2], shrink=0.85)
    bar.set_label("largest eigenvalue $\\lambda_3$ of $J$")
    ax.fill(*CORNERS.T, fill=False, edgecolor=GREY, lw=0.8)
    for k, (dx, dy) in enumerate([(-0.05, -0.035), (0, 0.035), (0.05, -0.035)]):
        ax.text(*(CORNERS[k] + (dx, dy)), f"{k + 1}", ha="center", va="center")

    now = softmax(z) @ CORNERS
    ax.plot(*(now + ellipse(z)).T, color=PAPER, lw=2.6, ls="-")
    ax.plot(*(now + ellipse(z)).T, color=INK, lw=1.1, ls="-")
    ax.plot(*now, "o", color=PAPER, mec=INK, ms=7)
    values = np.linalg.eigvalsh(softmax_jacobian(z))
    said = "\n".join(
        [
            "$a = (" + ",\\;".join(f"{p:.2f}" for p in softmax(z)) + ")$",
            f"$\\lambda_2 = {values[1]:.3f}$",
            f"$\\lambda_3 = {values[2]:.3f}$",
        ]
    )
    ax.text(-0.08, 0.86, said, va="top", linespacing=1.6)
    ax.set(xlim=(-0.1, 1.1), ylim=(-0.09, 0.94), aspect="equal")
    ax.set_axis_off()
    return fig


@styled
def conjugate(slopes):
    """Draw log-sum-exp of (z, 0) with tangents, and the entropy that their heights measure.

    Parameters
    ----------
    slopes : sequence of 3 floats
        Slopes of the tangents: probabilities of class 1.
    """
    fig, (top, low) = new_figure(2, 1, size=(5.4, 5.6))
    z = np.linspace(-4, 4, 201)
    pairs = np.column_stack([z, np.zeros_like(z)])
    top.plot(z, logsumexp(pairs), color=INK, ls="-", lw=2.6)
    p = np.linspace(0, 1, 401)
    inner = p[1:-1]
    entropy = -inner * np.log(inner) - (1 - inner) * np.log1p(-inner)
    low.plot(p, np.pad(entropy, 1), color=INK, ls="-")
    for slope, colour, dash in zip(
        slopes, (BLUE, VERMILLION, PURPLE), ("-", "--", ":"), strict=True
    ):
        at = np.log(slope / (1 - slope))
        height = logsumexp([at, 0.0]) - slope * at  # of the tangent at z = 0: the entropy
        top.plot(z, height + slope * z, color=colour, ls=dash, lw=1.3)
        top.plot(at, logsumexp([at, 0.0]), "o", color=colour, ms=4.5)
        top.plot(0, height, "s", color=colour, ms=5.5)
        low.plot([slope, slope], [0, height], color=colour, ls=dash, lw=1.3)
        low.plot(slope, height, "s", color=colour, ms=5.5)
        note(low, f"$p={slope:g}$", (slope, 0), (4, 4), color=colour)
    note(top, "$\\mathrm{LSE}(z,0)$", (-3.9, 0.02), (0, 8))
    top.axvline(0, color=GREY, lw=0.8)
    top.set(xlim=(-4, 4), ylim=(-1, 4), xlabel="logit $z$", ylabel="height")
    low.set(xlim=(0, 1), ylim=(0, 0.76), xlabel="probability $p$", ylabel="entropy $H(p)$")
    return fig
