"""Figures of chapter 1, The learning slowdown."""

import numpy as np

from softmax_book.figures.backpropagation import PAIR_NAMES
from softmax_book.figures.style import BLUE, INK, VERMILLION, folded, new_figure, note, styled
from softmax_src import multilabel_logistic_loss, multilabel_logistic_loss_gradient, sigmoid
from softmax_src.neuron import COSTS, descend, first_below, sigmoid_prime

COLOURS = {"quadratic": (BLUE, "-"), "cross-entropy": (VERMILLION, "--")}


@styled
def sigmoid_and_slope(z=5.0):
    """Plot the sigmoid and its slope, and mark a neuron at z on both."""
    fig, (top, low) = new_figure(2, 1, size=(5.4, 4.4), sharex=True)
    grid = np.linspace(-8, 8, 400)
    top.plot(grid, sigmoid(grid))
    low.plot(grid, sigmoid_prime(grid))
    for ax, value in ((top, sigmoid([z])[0]), (low, sigmoid_prime(z))):
        ax.plot(z, value, "o", color=INK)
        ax.axvline(z, color=INK, lw=0.9, ls=":")
    note(top, f"$\\sigma({z:g})={sigmoid([z])[0]:.4f}$", (z, sigmoid([z])[0]), (-8, 6), ha="right")
    slope = sigmoid_prime(z)
    note(low, f"$\\sigma'({z:g})={slope:.4f}$", (z, slope), (3, 14), fontsize=9)
    note(low, "$\\frac{1}{4}$", (0, 0.25), (14, -4), fontsize=13)
    top.set(xlim=(-8, 8), ylim=(-0.03, 1.2), ylabel="output $a=\\sigma(z)$")
    low.set(ylim=(-0.008, 0.28), xlabel="$z=wx+b$", ylabel="slope $\\sigma'(z)$")
    return fig


@styled
def single_neuron(weight, bias, lr, cost, step=300, steps=300):
    """Plot where the neuron goes on the sigmoid, and its cost over the steps.

    Parameters
    ----------
    weight, bias, lr : float
        Start and rate of the descent; input 1, target 0.
    cost : {"quadratic", "cross-entropy"}
        Whose path is drawn on the sigmoid and whose stall is shaded. The cross-entropy is compared
        with the quadratic cost; this one, which the chapter begins with, stands alone.
    step, steps : int
        The step that is marked, and how many are drawn.
    """
    fig, (left, right) = new_figure(1, 2, size=(5.4, 3.2))
    grid = np.linspace(-8, 8, 400)
    left.plot(grid, sigmoid(grid), color=INK, lw=1, ls="-")
    paths = {name: descend(weight, bias, name, lr, steps) for name in COSTS}
    colour = COLOURS[cost][0]
    path = paths[cost]
    left.plot(path.z[::10], path.a[::10], "o", color=colour, ms=4, alpha=0.75)
    left.plot(path.z[step], path.a[step], "o", color=colour, ms=8)
    run = np.array([-1.6, 1.6])
    slope = sigmoid_prime(path.z[step])
    left.plot(path.z[step] + run, path.a[step] + slope * run, color=colour, lw=1.4, ls="-")
    left.set(xlim=(-8, 8), ylim=(-0.05, 1.08), xlabel="$z=wx+b$", ylabel="output $a$ (wanted: 0)")
    left.set_title(f"{cost}, every tenth step")
    near = {"quadratic": (0.7, (7, 6)), "cross-entropy": (0.1, (6, 4))}

    shown = COLOURS if cost == "cross-entropy" else {cost: COLOURS[cost]}
    for name, (line_colour, dash) in shown.items():
        share = paths[name].cost / paths[name].cost[0]
        right.plot(share, color=line_colour, ls=dash)
        height, offset = near[name]
        at = int(np.argmax(share < height))
        note(right, name, (at, height), offset, color=line_colour)
    stall = first_below(path.a, 0.9)
    end = steps if stall is None else stall
    if end:
        right.axvspan(0, end, color=colour, alpha=0.12, lw=0)
        over = " over" if stall is None else ""
        text = f"stall:{over}\n{end} step{'s' if end > 1 else ''}"
        note(right, text, (max(end / 2, 0.22 * steps), 0.5), (0, 0), ha="center")
    right.set(xlim=(0, steps), ylim=(0, 1.12), xlabel="step", ylabel="cost, share of its start")
    return fig


@styled
def costs_and_gradients():
    """Plot both costs and their gradients in z for the target 0."""
    fig, (top, low) = new_figure(2, 1, size=(5.4, 5.0), sharex=True)
    z = np.linspace(-6, 8, 500)
    a, target = sigmoid(z), np.zeros((z.size, 1))
    entropy = multilabel_logistic_loss(z[:, None], target, reduction="none")
    slope = multilabel_logistic_loss_gradient(z[:, None], target, reduction="sum")[:, 0]
    curves = {
        "quadratic": (a**2 / 2, a * sigmoid_prime(z)),
        "cross-entropy": (entropy, slope),
    }
    for name, (cost, gradient) in curves.items():
        colour, dash = COLOURS[name]
        top.plot(z, cost, color=colour, ls=dash)
        low.plot(z, gradient, color=colour, ls=dash)
    name = "cross-entropy\n$-\\log(1-a)$"
    note(top, name, (4.6, 4.6), (-18, 0), ha="right", va="center", color=VERMILLION)
    note(top, "quadratic $\\frac{1}{2}a^2$", (8, 0.5), (-2, 6), ha="right", color=BLUE)
    note(low, "$a-y$", (1.4, 0.8), (-6, 2), ha="right", color=VERMILLION)
    note(low, "$(a-y)\\,\\sigma'(z)$", (2.4, 0.08), (6, 6), color=BLUE)
    top.set(xlim=(-6, 8), ylim=(-0.2, 6.2), ylabel="cost, target 0")
    low.set(ylim=(-0.03, 1.08), xlabel="$z$", ylabel="gradient $\\partial C/\\partial z$")
    return fig


@styled
def steps_to_half(starts, counts, lr):
    """Plot how many steps the output needs to fall below one half, over the start.

    Parameters
    ----------
    starts : sequence of float
        Pre-activations z at the start.
    counts : dict
        Steps for each of the two costs.
    lr : float
        The rate, for the predicted curves.
    """
    fig, ax = new_figure(size=(5.4, 3.1))
    z = np.linspace(min(starts), max(starts), 100)
    ax.plot(z, np.exp(z) / (2 * lr), color=BLUE, lw=1, ls="-")
    ax.plot(z, z / (2 * lr), color=VERMILLION, lw=1, ls="--")
    for name, marker in (("quadratic", "o"), ("cross-entropy", "s")):
        ax.plot(starts, counts[name], marker, color=COLOURS[name][0], ls="")
    top = max(starts)
    note(
        ax,
        "quadratic: $e^{z_0}/(2\\eta)$",
        (5, np.exp(5) / (2 * lr)),
        (-14, 12),
        ha="right",
        color=BLUE,
    )
    note(ax, "cross-entropy: $z_0/(2\\eta)$", (5, 5 / (2 * lr)), (2, -26), color=VERMILLION)
    ax.set(yscale="log", xlabel="start $z_0$", ylabel="steps until $a<\\frac{1}{2}$")
    ax.set(xlim=(min(starts) - 0.3, top + 0.3), ylim=(1, None))
    return fig


@styled
def wrong_start(run):
    """Plot what four output/cost pairs reach on digits from a confidently wrong start, each seed.

    Parameters
    ----------
    run : dict
        The committed run ``slow_start``.
    """
    fig, ax = new_figure(size=(5.4, 2.6))
    pairs = run["results"]["pairs"]
    for i, pair in enumerate(pairs):
        final = [curve[-1] for curve in run["results"]["race"][pair]["30"]["test_accuracy"]]
        colour = BLUE if "quadratic" in pair else VERMILLION
        marker = "o" if "quadratic" in pair else "s"
        ax.plot(
            sorted(final),
            i + np.linspace(-0.15, 0.15, len(final)),
            marker,
            color=colour,
            ms=5,
            ls="",
        )
        ax.plot(np.mean(final), i, "|", color=INK, ms=16, mew=1.8)
    ax.set_yticks(range(len(pairs)), [PAIR_NAMES[pair] for pair in pairs])
    ax.invert_yaxis()
    ax.set(xlim=(0, 1))
    ax.set_xlabel(folded("test accuracy after 40 epochs|(bar: mean of the seeds)"))
    return fig


@styled
def saturated_hidden(run):
    """Plot what softmax with log-likelihood reaches when the hidden neurons start saturated.

    Parameters
    ----------
    run : dict
        The committed run ``saturated_hidden``: accuracies, and the mean slopes of the hidden
        neurons before and after training.
    """
    fig, (top, low) = new_figure(2, 1, size=(5.4, 4.4), sharex=True)
    scales = np.array(run["results"]["hidden_scales"])

    def dots(ax, key, colour, dash, aside=1.0, **style):
        values = np.array(run["results"][key])  # (scales, seeds)
        for column in values.T:
            ax.plot(aside * scales, column, "o", color=colour, ms=4, alpha=0.75, ls="", **style)
        ax.plot(aside * scales, values.mean(axis=1), color=colour, ls=dash)
        return values.mean(axis=1)

    dots(top, "test_accuracy", BLUE, "-")
    before = dots(low, "slope_before", VERMILLION, "--", 0.97, mfc="none")
    after = dots(low, "slope_after", BLUE, "-", 1.03)
    note(low, "before training", (1, before[0]), (8, 2), color=VERMILLION)
    note(low, "after it", (1, after[0]), (-2, -22), color=BLUE)
    low.set_xscale("log")
    low.set_xticks(scales, [str(scale) for scale in scales])
    low.minorticks_off()
    top.set(ylim=(0.5, 1.0), ylabel="test accuracy")
    low.set(ylim=(0, 0.9), xlabel="hidden weights at the start, times the usual")
    low.set_ylabel("mean slope $1-a^2$")
    return fig
