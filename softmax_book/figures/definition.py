"""Figures of chapter 2, Definition."""

import numpy as np

from softmax_book.figures.style import (
    BLUE,
    DASHED,
    FAINT,
    GREEN,
    GREY,
    INK,
    PAPER,
    STEPS,
    VERMILLION,
    folded,
    narrow,
    new_figure,
    note,
    styled,
)
from softmax_src import logsumexp, softmax
from softmax_src.stepwise import DTYPES

Z4 = (-5, 8)  # the range over which the fourth logit moves


def sweep(z, temperature=1.0):
    """Return values of the fourth logit and the four outputs at each, (n,) and (n, 4)."""
    grid = np.linspace(*Z4, 400)
    logits = np.column_stack([np.tile(z[:3], (grid.size, 1)), grid])
    return grid, softmax(logits, temperature=temperature)


def _half_point(z, temperature=1.0):
    """Return the fourth logit at which the fourth output is one half."""
    return float(temperature * logsumexp(np.asarray(z[:3]) / temperature))


def _name_lines(ax, grid, a, below=(), drop=5):
    """Write a_1 to a_3 at the left ends of their lines and a_4 below the right end of its own."""
    for k, line in enumerate(ax.get_lines()[:4]):
        last = k == 3
        under = last or k in below
        note(
            ax, f"$a_{k + 1}$", (grid[-1] if last else grid[0], a[-1 if last else 0, k]),
            (-3 if last else 3, -(drop if last else 3) if under else 3),
            ha="right" if last else "left", va="top" if under else "bottom", color=line.get_color(),
            fontsize=12,
        )  # fmt: skip


def _four_lines(ax, z, temperature=1.0, half_text="$a_4=\\frac{{1}}{{2}}$ at $z_4={:.2f}$"):
    grid, a = sweep(z, temperature)
    ax.plot(grid, a)[3].set_linewidth(2.6)
    half = _half_point(z, temperature)
    if Z4[0] < half < Z4[1]:
        ax.plot([half, half, Z4[0]], [0, 0.5, 0.5], **DASHED)
        ax.plot(half, 0.5, "o", color=INK)
        note(ax, half_text.format(half), (half, 0.5), (8, -2), ha="left", va="top")
    ax.set(xlim=Z4, ylim=(0, 1.03), xlabel="logit $z_4$", ylabel="output")
    return grid, a


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
    fig, ax = new_figure()
    grid, a = _four_lines(ax, z, temperature)
    _name_lines(ax, grid, a)
    ax.axvline(z[3], color=INK, lw=0.9, ls=":")
    ax.plot([z[3]] * 4, softmax(z, temperature=temperature), "o", color=INK, ms=4, ls="none")
    note(ax, f"here $z_4={z[3]:g}$", (z[3], 0.94), (5, 0), va="top")
    return fig


@styled
def two_scales(z):
    """Plot the four outputs against the fourth logit, on a linear and on a logarithmic scale.

    Parameters
    ----------
    z : sequence of 4 floats
        The logits; the fourth is replaced by -5 to 8.
    """
    fig, (top, low) = new_figure(2, 1, size=(5.4, 5.2), sharex=True)
    grid, a = _four_lines(top, z, half_text="$z_4={:.2f}$")
    _name_lines(top, grid, a)
    top.set_xlabel("")
    low.plot(grid, a)[3].set_linewidth(2.6)
    low.axvline(_half_point(z), **DASHED)
    low.set(yscale="log", xlim=Z4, ylim=(5e-5, 1.8), xlabel="logit $z_4$")
    low.set_ylabel("output, logarithmic")
    _name_lines(low, grid, a, below=(0,))
    # The distance of two parallel lines, at a place where both have room.
    at = 60
    bottom, high = a[at, 1], a[at, 0]
    low.annotate(
        "", (grid[at], bottom), (grid[at], high),
        arrowprops={"arrowstyle": "<->", "color": INK, "lw": 0.8, "shrinkA": 1, "shrinkB": 1},
    )  # fmt: skip
    note(
        low, f"$\\times\\,e^{{{z[0] - z[1]:.1f}}}$", (grid[at], np.sqrt(bottom * high)), (4, 6),
        va="center",
    )  # fmt: skip
    return fig


# --- the triangle -----------------------------------------------------------------------------

CORNERS = np.array([[0.0, 0.0], [0.5, np.sqrt(3) / 2], [1.0, 0.0]])  # (3, 2), side 1


def _triangle(ax, title):
    ax.fill(*CORNERS.T, facecolor=FAINT, edgecolor=GREY, lw=0.8)
    for k, (dx, dy) in enumerate([(-0.045, -0.03), (0, 0.045), (0.045, -0.03)]):
        ax.text(*(CORNERS[k] + (dx, dy)), f"{k + 1}", ha="center", va="center", fontsize=11)
    ax.set(xlim=(-0.08, 1.08), ylim=(-0.07, 0.94), aspect="equal")
    ax.set_title(title, loc="center")
    ax.set_axis_off()


@styled
def simplex(reach=3):
    """Draw softmax of three logits as points of the triangle.

    Left, one logit rises while the other two differ by a whole number; dots are whole logits.
    Right, a few logit vectors at all temperatures.

    Parameters
    ----------
    reach : int
        The largest whole number by which two logits differ.
    """
    fig, (left, right) = new_figure(1, 2, size=(5.4, 2.7))
    colours, dashes = (BLUE, VERMILLION, GREEN), ("-", (0, (5, 1.5)), (0, (1, 1)))
    _triangle(left, "raise one logit")
    rise = np.linspace(-12, 12, 241)
    for j in range(3):
        for gap in range(-reach, reach + 1):
            logits = np.zeros((rise.size, 3))
            logits[:, j] = rise
            logits[:, (j + 1) % 3] = gap
            path = softmax(logits) @ CORNERS
            left.plot(*path.T, color=colours[j], lw=0.9, ls=dashes[j], alpha=0.75)
    whole = np.arange(-reach, reach + 1)
    lattice = np.array([(u, v, 0) for u in whole for v in whole if abs(u - v) <= reach])
    left.plot(*(softmax(lattice) @ CORNERS).T, "o", color=INK, ms=2.8, ls="none")

    _triangle(right, "lower the temperature")
    temperatures = np.geomspace(0.02, 200, 400)
    for z, colour in [
        ([1.0, 0.6, 0.0], BLUE), ([1.0, 0.0, 0.7], BLUE),
        ([0.5, 1.0, 0.0], VERMILLION), ([0.0, 1.0, 0.9], VERMILLION),
        ([0.0, 0.8, 1.0], GREEN), ([1.0, 0.0, 1.0], INK),
    ]:  # fmt: skip
        a = np.array([softmax(z, temperature=t) for t in temperatures])
        right.plot(*(a @ CORNERS).T, color=colour, lw=1.5, ls="-")
        now = softmax(z, temperature=0.3) @ CORNERS
        before = softmax(z, temperature=0.31) @ CORNERS
        right.annotate(
            "", now, before,
            arrowprops={"arrowstyle": "-|>", "color": colour, "lw": 1.2, "mutation_scale": 12},
        )  # fmt: skip
    right.plot(*CORNERS.mean(axis=0), "o", color=INK, ms=5)
    right.plot(*((CORNERS[0] + CORNERS[2]) / 2), "o", color=INK, ms=5, clip_on=False)
    return fig


# --- other normalisers, temperature, floats -----------------------------------------------------


@styled
def normalisers(grid, curves):
    """Plot the outputs of several layers against the fourth logit, a panel each.

    Parameters
    ----------
    grid : array_like, (n,)
        Values of the fourth logit.
    curves : dict of str to array_like, (n, 4)
        For each layer its outputs.
    """
    fig, panels = new_figure(1, len(curves), size=(5.4, 2.8), sharey=True)
    for ax, (name, a) in zip(panels, curves.items(), strict=True):
        a = np.asarray(a)
        ax.plot(grid, a)
        ax.set(title=name, xlim=Z4, ylim=(-0.03, 1.05), xlabel="logit $z_4$")
        if ax is panels[0]:
            ax.set_ylabel("output")
        ax.set_xticks(range(-4, 9, 4))
        crowded = a[0, 2] - a[0, 0] < 0.2  # no room for a_1 between its line and a_3's
        _name_lines(ax, np.asarray(grid), a, below=(0,) if crowded else (), drop=12)
    return fig


@styled
def temperature(z):
    """Plot all outputs against the temperature.

    Parameters
    ----------
    z : sequence of 4 floats
        The logits: the first two tied at the top, the third below them and above the mean.
    """
    z = np.asarray(z, dtype=float)
    grid = np.geomspace(0.1, 100, 800)
    a = np.array([softmax(z, temperature=t) for t in grid])  # (n, K)
    fig, ax = new_figure(size=(5.4, 3.0))
    colours = [line.get_color() for line in ax.plot(grid, a[:, 1:])]
    peak = a[:, 2].argmax()
    ax.plot([grid[peak]] * 2, [0, 0.38], color=INK, lw=0.9, ls=":")
    ax.plot(grid[peak], a[peak, 2], "o", color=INK, ms=5)
    mean = folded(f"mean logit {a[peak] @ z:.1f}|at $T={grid[peak]:.1f}$")
    note(ax, mean, (grid[peak], 0.37), (5, 0), va="center")
    ax.axhline(1 / z.size, color=INK, lw=0.7, ls=(0, (1, 3)))
    # Each name beside its curve, at the place that has room.
    names = [
        (f"$a_1=a_2$, logits ${z[0]:g}$", 0, 0.9, (4, 4), "left", "bottom"),
        (folded(f"$a_3$,|logit ${z[2]:g}$"), 1, 0.6, (-6, 2), "right", "bottom"),
        (f"$a_4$, logit ${z[3]:g}$", 2, 9.0, (6, -4), "left", "top"),
    ]
    for name, k, at, offset, ha, va in names:
        y = np.interp(at, grid, a[:, k + 1])
        note(ax, name, (at, y), offset, color=colours[k], ha=ha, va=va)
    ax.set(xscale="log", xlim=(0.1, 100), ylim=(0, 0.53), xlabel="temperature $T$")
    ax.set_ylabel("output")
    ax.set_xticks([0.1, 1, 10, 100], ["0.1", "1", "10", "100"])
    return fig


@styled
def float_map(thresholds):
    """Draw, for each float type, the margins at which two probabilities become 1 and 0.

    Parameters
    ----------
    thresholds : dict of str to sequence of floats
        For each event (the top is 1, the other is 0, the naive form overflows) its first margin,
        one for each type.
    """
    one, zero, overflow = thresholds.values()
    fig, ax = new_figure(size=(5.4, 2.5))
    rows = np.arange(len(DTYPES))[::-1]
    ends = [np.ones(len(DTYPES)), one, zero, np.full(len(DTYPES), 2000.0)]
    shades = STEPS
    both = "between\n0 and 1" if narrow() else "both between 0 and 1"
    labels = [both, folded("1 and|a little"), "1 and 0"]
    for shade, start, end in zip(shades, ends, ends[1:], strict=False):
        ax.barh(rows, np.subtract(end, start), left=start, height=0.62, color=shade, ec=INK, lw=0.8)
    for label, start, end, colour in zip(labels, ends, ends[1:], [INK, INK, PAPER], strict=False):
        ax.text(
            np.sqrt(start[1] * end[1]), rows[1], label, ha="center", va="center", color=colour,
            fontsize=9,
        )  # fmt: skip
    for values in (one, zero):
        for row, value in zip(rows, values, strict=True):
            note(
                ax, f"{value:.2f}", (value, row + 0.31), (0, 1), ha="center", va="bottom",
                fontsize=9,
            )  # fmt: skip
    ax.plot(overflow, rows, "X", color=VERMILLION, ms=8, mec=PAPER, mew=0.8, ls="none")
    ax.set(xscale="log", xlim=(1, 2000), ylim=(-0.5, len(DTYPES) - 0.25), yticks=rows)
    ax.set_yticklabels(DTYPES)
    ax.set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1000"])
    ax.set_xlabel("margin $z_1-z_2$ (cross: logit at which $e^z$ overflows)")
    ax.grid(axis="y", visible=False)
    return fig
