"""Figures of chapter 3, Probabilistic interpretation."""

import numpy as np

from softmax_book.figures.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    PAPER,
    PURPLE,
    VERMILLION,
    folded,
    new_figure,
    note,
    styled,
)
from softmax_src import expected_calibration_error, reliability_bins, sigmoid, softmax, softmax_loss


def _picture(ax, pixels):
    """Show 64 pixels of 0 to 16 as ink on paper."""
    ax.imshow(np.reshape(pixels, (8, 8)), cmap="book:ink", vmin=0, vmax=16)
    ax.set(xticks=[], yticks=[])
    ax.grid(False)
    for spine in ax.spines.values():
        spine.set_visible(True)


def _digit_bars(ax, values, color, marked=()):
    """Draw ten horizontal bars, 0 on top; the marked digits are hatched."""
    bars = ax.barh(range(10), values, color=color, height=0.75)
    for k in marked:
        bars[k].set(hatch="////", edgecolor=PAPER, linewidth=0)
    ax.set(xlim=(0, 1), ylim=(9.6, -0.6), yticks=range(10), xticks=[0, 0.5, 1])
    ax.set_xticklabels(["0", ".5", "1"])
    ax.grid(axis="y", visible=False)


@styled
def gallery(pixels, labels, a):
    """Draw digits in a row, each above its estimated distribution.

    Parameters
    ----------
    pixels : array_like, (n, 64)
        Pictures, 0 to 16.
    labels : sequence of n ints
        The right classes; a wrong answer's bar is red, the label's bar hatched.
    a : array_like, (n, 10)
        The softmax outputs.
    """
    n = len(labels)
    fig, axes = new_figure(
        2, n, size=(1.08 * n, 3.3), squeeze=False, gridspec_kw={"height_ratios": [1, 1.5]}
    )
    for i, (picture, label, row) in enumerate(zip(pixels, labels, a, strict=True)):
        top = int(np.argmax(row))
        _picture(axes[0, i], picture)
        said = f"a {label}" if top == label else f"a {label},\nread as {top}"
        axes[0, i].set_title(said, loc="center")
        colors = [GREY] * 10
        colors[top] = BLUE if top == label else VERMILLION
        _digit_bars(axes[1, i], row, colors, marked=[label] if top != label else [])
        axes[1, i].set_title(folded(f"largest|{row[top]:.3f}"), loc="center", fontsize=9)
        axes[1, i].tick_params(labelsize=9)
    return fig


@styled
def sums_of_sigmoids(sums):
    """Histogram of the sums of ten sigmoid outputs, with the softmax's sum, 1, as a line.

    Parameters
    ----------
    sums : array_like, (N,)
        One sum per example.
    """
    fig, ax = new_figure(size=(5.4, 2.9))
    ax.hist(sums, bins=np.linspace(0, 2.6, 53), color=VERMILLION, edgecolor=PAPER, linewidth=0.4)
    ax.axvline(1, color=BLUE, lw=2.5, ls="-")
    top = ax.get_ylim()[1]
    for text, where, at, color in (
        ("softmax: every sum is 1", (1, 0.96 * top), (1.25, 0.93 * top), BLUE),
        ("ten sigmoids: any sum", (1.2, 0.35 * top), (1.6, 0.5 * top), VERMILLION),
    ):
        line = {"arrowstyle": "-", "color": color, "lw": 0.9}
        ax.annotate(text, where, xytext=at, color=color, va="center", arrowprops=line)
    ax.set(xlim=(0, 2.6), xlabel="sum of the ten outputs", ylabel="test digits")
    return fig


def normalised_sigmoids(z):
    """Ten sigmoids divided by their sum: a distribution, but not the softmax."""
    s = sigmoid(z)
    return s / s.sum(axis=-1, keepdims=True)


def normalised_softplus(z):
    """log(1 + e^z) divided by its sum: a distribution, but not the softmax."""
    s = np.logaddexp(0, z)
    return s / s.sum(axis=-1, keepdims=True)


@styled
def log_odds_under_shift(z):
    """Plot log(a_1/a_2) of three normalisers while a constant is added to all logits.

    Parameters
    ----------
    z : sequence of floats, (K,)
        The logits before the shift.
    """
    shift = np.linspace(-6, 6, 241)
    logits = np.asarray(z) + shift[:, None]  # (241, K)
    fig, ax = new_figure(size=(5.4, 2.9))
    for name, normalise, at in (
        ("softmax", softmax, -3),
        ("normalised softplus", normalised_softplus, 1.5),
        ("normalised sigmoids", normalised_sigmoids, -0.4),
    ):
        a = normalise(logits)
        odds = np.log(a[:, 0] / a[:, 1])
        (line,) = ax.plot(shift, odds)
        note(
            ax, name, (at, np.interp(at, shift, odds)), (-5, -13) if "sig" in name else (5, 5),
            color=line.get_color(), ha="right" if "sig" in name else "left",
        )  # fmt: skip
    ax.set(xlim=(-6, 6), xlabel="constant added to every logit", ylabel=r"$\log(a_1/a_2)$")
    ax.set_ylim(0, 1.15 * (z[0] - z[1]))
    return fig


def _in_triangle(p):
    """Place distributions over three outcomes (…, 3) in a triangle with its third corner on top."""
    corners = np.array([[0, 0], [1, 0], [0.5, np.sqrt(3) / 2]])
    return np.asarray(p) @ corners


@styled
def maximum_entropy(s, means):
    """The triangle of distributions over three outcomes, with entropy, constraints and softmax.

    Parameters
    ----------
    s : sequence of 3 floats
        The scores whose mean is prescribed.
    means : sequence of floats
        The prescribed means; each is a line of distributions, and its maximum-entropy point, where
        the line touches a contour of the entropy, is softmax(β s) for some real β.
    """
    s = np.asarray(s, dtype=float)
    fig, ax = new_figure(size=(5.4, 3.9))
    steps = 200
    i, j = np.meshgrid(np.arange(steps + 1), np.arange(steps + 1))
    inside = i + j <= steps
    p = np.stack([i, j, steps - i - j], axis=-1)[inside] / steps  # (n, 3)
    entropy = _entropy(p)
    x, y = _in_triangle(p).T
    levels = np.linspace(0, np.log(3), 9)
    shades = ax.tricontourf(x, y, entropy, levels=levels, cmap="book:much", alpha=0.75)
    bar = fig.colorbar(shades, ax=ax, shrink=0.75, ticks=[0, 0.5, np.log(3)])
    bar.set_ticklabels(["0", "0.5", r"$\log 3$"])
    bar.set_label("entropy")

    touched = [_entropy(_with_mean(s, mean)) for mean in means]
    ax.tricontour(x, y, entropy, levels=sorted(touched), colors=PAPER, linewidths=1)

    slopes = np.concatenate([-np.geomspace(1e-3, 30, 200)[::-1], [0], np.geomspace(1e-3, 30, 200)])
    path = softmax(slopes[:, None] * s)  # (401, 3)
    ax.plot(*_in_triangle(path).T, color=VERMILLION, ls="-", lw=2.4)
    note(
        ax, r"softmax$(\beta s)$", _in_triangle(softmax(1.3 * s)), (-18, 4), ha="right",
        color=VERMILLION, fontsize=11,
    )  # fmt: skip
    for mean in means:
        ends = _line_ends(s, mean)
        ax.plot(*_in_triangle(ends).T, color=INK, ls=(0, (4, 2)), lw=1.3)
        ax.plot(*_in_triangle(_with_mean(s, mean)), "o", color=VERMILLION, ms=7, mec=PAPER)
        x, y = _in_triangle(ends[np.argmin(ends[:, 2])])
        beside = y > 0.05
        note(
            ax, f"mean {mean:g}", (x, y), (5, -3) if beside else (0, -13),
            ha="left" if beside else "center",
        )  # fmt: skip
    for corner, k, offset in ((np.eye(3)[0], 0, -6), (np.eye(3)[1], 1, 6), (np.eye(3)[2], 2, 0)):
        x, y = _in_triangle(corner)
        note(
            ax, f"$s_{k + 1}={s[k]:g}$", (x, y), (offset, 4 if k == 2 else 2),
            ha=("right", "left", "center")[k],
        )  # fmt: skip
    ax.set(xlim=(-0.16, 1.16), ylim=(-0.06, 0.93), aspect="equal")
    ax.axis("off")
    return fig


def _entropy(p):
    """Entropy of distributions (…, K) in nats, with 0 log 0 = 0."""
    return -np.sum(p * np.log(np.where(p > 0, p, 1)), axis=-1)


def _with_mean(s, mean):
    """Return the distribution softmax(β s) whose mean score is given, by bisection."""
    low, high = -60.0, 60.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if softmax(middle * s) @ s < mean else (low, middle)
    return softmax(middle * s)


def _line_ends(s, mean):
    """Return the two points (2, 3) on the edges of the triangle where p·s = mean."""
    ends = []
    for i, j in ((0, 1), (0, 2), (1, 2)):
        if s[i] != s[j] and 0 <= (t := (mean - s[i]) / (s[j] - s[i])) <= 1:
            p = np.zeros(3)
            p[i], p[j] = 1 - t, t
            ends.append(p)
    return np.array([min(ends, key=lambda p: p[2]), max(ends, key=lambda p: p[2])])


@styled
def gumbel(z, counts):
    """The noisy logits' densities, and how often each is largest beside the softmax.

    Parameters
    ----------
    z : sequence of K floats
        Logits.
    counts : sequence of K ints
        How often each noisy logit was the largest.
    """
    z, counts = np.asarray(z), np.asarray(counts)
    fig, (left, right) = new_figure(1, 2, size=(5.4, 2.9), gridspec_kw={"width_ratios": [1.6, 1]})
    grid = np.linspace(z.min() - 2.5, z.max() + 5, 400)
    rank = np.argsort(np.argsort(z))  # labels climb with the logits, lest they collide
    for k, mode in enumerate(z):
        u = grid - mode
        (line,) = left.plot(grid, np.exp(-u - np.exp(-u)))
        note(
            left, f"$z_{k + 1}+G_{k + 1}$", (mode, np.exp(-1)), (0, 4 + 13 * rank[k]), ha="center",
            color=line.get_color(),
        )  # fmt: skip
    left.set(xlabel="noisy logit", ylabel="density", ylim=(0, 0.52), xlim=grid[[0, -1]])
    where = np.arange(len(z))
    colors = [BLUE, VERMILLION, GREEN, PURPLE][: len(z)]
    right.bar(where, counts / counts.sum(), color=colors, width=0.6)
    right.plot(where, softmax(z), "D", color=INK, mfc=PAPER, ms=7, ls="none")
    note(right, "softmax", (0, softmax(z)[0]), (6, 8), color=INK)
    right.set(xticks=where, xlabel="class", ylabel="share of draws", ylim=(0, 0.8))
    right.set_xticklabels([str(k + 1) for k in where])
    return fig


@styled
def reliability(z, labels, temperatures, n_bins=15):
    """Reliability diagrams of softmax(z/T), one for each temperature.

    Parameters
    ----------
    z : ndarray, (N, K)
        Logits.
    labels : sequence of N ints
        The right classes.
    temperatures : dict
        From a panel's title to its temperature.
    n_bins : int
        Bins of confidence.
    """
    z, n = np.asarray(z), len(temperatures)
    fig, axes = new_figure(1, n, size=(2.7 * n, 3.2), squeeze=False, sharey=True)
    for ax, (title, T) in zip(axes[0], temperatures.items(), strict=True):
        a = softmax(z, temperature=T)
        bins = reliability_bins(a, labels, n_bins)
        full = bins.counts > 0
        x, y, count = bins.confidence[full], bins.accuracy[full], bins.counts[full]
        ax.plot([0, 1], [0, 1], color=GREY, ls=(0, (5, 3)), lw=1.2)
        ax.vlines(x, x, y, color=VERMILLION, lw=2)
        ax.scatter(
            x, y, s=9 + 900 * count / count.sum(), color=BLUE, ec=PAPER, zorder=3, clip_on=False
        )
        ece = expected_calibration_error(a, labels, n_bins)
        nll = softmax_loss(z / T, labels)
        ax.set_title(folded(f"{title}:|ECE {ece:.2f}, NLL {nll:.2f}"))
        ax.set(xlim=(0, 1), ylim=(0, 1), aspect="equal", xlabel="confidence")
        ax.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
    axes[0, 0].set_ylabel("share that is right")
    return fig


@styled
def signed_gaps(before, after):
    """Mean confidence minus accuracy in bins of confidence, with bars of two standard errors.

    Parameters
    ----------
    before, after : array_like, (S, 3, B)
        For each seed and bin the number of examples, the sum of their confidences and the number
        of right answers. The seeds are pooled, and bins of fewer than 20 examples left out.
    """
    fig, ax = new_figure(size=(5.4, 3.2))
    ax.axhline(0, color=INK, lw=0.9, ls="-")
    series = (
        (before, "o", VERMILLION, "before", (-8, 12)),
        (after, "s", BLUE, "after", (-6, -38)),
    )
    for bins, marker, color, name, beside in series:
        n, confidence, right = np.sum(bins, axis=0)
        full = n >= 20
        n, confidence, right = (v[full] for v in (n, confidence, right))
        share = right / n
        x, gap = confidence / n, confidence / n - share
        error = 2 * np.sqrt(share * (1 - share) / n)
        ax.errorbar(x, gap, error, fmt=marker, color=color, ms=5, lw=1.2, ls="")
        middle = len(x) // 2
        note(ax, name, (x[middle], gap[middle]), beside, ha="right", color=color)
    ax.set(xlim=(0.2, 1.02), xlabel="confidence", ylabel="confidence − accuracy")
    return fig


@styled
def drawn_digit(pixels, a, s):
    """A drawing beside its softmax outputs and its sigmoid outputs with their sums.

    Parameters
    ----------
    pixels : sequence of 64 floats, 0 to 16
        The drawing.
    a, s : ndarray, (10,)
        Softmax outputs and sigmoid outputs.
    """
    fig, (left, middle, right) = new_figure(1, 3, size=(5.4, 2.8))
    _picture(left, pixels)
    for ax, values, name, color in (
        (middle, a, "softmax", BLUE), (right, s, "ten sigmoids", VERMILLION),
    ):  # fmt: skip
        _digit_bars(ax, values, color)
        ax.set_title(f"{name}:\nsum {values.sum():.2f}")
    return fig


@styled
def two_bells(means, prior, sd=1.0):
    """Class densities on a line, and below them the posterior, a softmax of linear logits.

    Parameters
    ----------
    means, prior : sequence of K floats
        Where the classes' normal densities sit, and how frequent the classes are.
    sd : float
        The standard deviation that the classes share.
    """
    x = np.linspace(min(means) - 3, max(means) + 3, 400)
    means, prior = np.asarray(means), np.asarray(prior)
    z = np.outer(x, means) / sd**2 + np.log(prior) - means**2 / (2 * sd**2)  # (400, K)
    fig, (top, bottom) = new_figure(2, 1, size=(5.4, 4.0), sharex=True)
    density = prior * np.exp(-((x[:, None] - means) ** 2) / (2 * sd**2)) / (sd * np.sqrt(2 * np.pi))
    a = softmax(z)
    for k in range(len(means)):
        (line,) = top.plot(x, density[:, k])
        bottom.plot(x, a[:, k])
        for ax, values in ((top, density[:, k]), (bottom, a[:, k])):
            inner = np.abs(x - x.mean()) < 0.4 * np.ptp(x)  # away from the edges
            peak = np.argmax(np.where(inner, values, 0))
            note(
                ax, f"class {k + 1}", (x[peak], values[peak]), (0, 4), ha="center",
                color=line.get_color(),
            )  # fmt: skip
    top.set(ylabel="$P(y=j)\\,P(x\\mid y=j)$", ylim=(0, 1.2 * density.max()))
    bottom.set(ylabel="$P(y=j\\mid x)$", xlabel="$x$", ylim=(0, 1.15), xlim=x[[0, -1]])
    return fig
