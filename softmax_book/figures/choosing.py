"""Figures of chapter 10, Choosing and comparing."""

import numpy as np

from softmax_book.figures.style import (
    BLUE,
    DASHED,
    GREEN,
    GREY,
    INK,
    MUTED,
    PAPER,
    PURPLE,
    VERMILLION,
    folded,
    narrow,
    new_figure,
    note,
    styled,
)


@styled
def sampling(tokens, a, drawn, cut_by=None):
    """Plot a next-token distribution as outlines, and what is drawn from as bars inside them.

    Parameters
    ----------
    tokens : sequence of str
        Their names, one a row.
    a, drawn : sequence of float
        The softmax, and the probabilities that are drawn from.
    cut_by : sequence of str, optional
        For each token the knob that took it out, or "".
    """
    fig, ax = new_figure(size=(5.4, 3.4))
    rows = np.arange(len(tokens))
    ax.barh(rows, drawn, height=0.5, color=BLUE, label="drawn from")
    dashes = ["-" if b > 0 else "--" for b in drawn]
    bars = ax.barh(rows, a, height=0.8, fill=False, edgecolor=VERMILLION, lw=1.4)
    for bar, dash in zip(bars, dashes, strict=True):
        bar.set_linestyle(dash)
    for row, (x, b) in enumerate(zip(a, drawn, strict=True)):
        out = f"out ({cut_by[row]})" if cut_by and cut_by[row] else "out"
        text = f"{x:.3f} → {b:.3f}" if b > 0 else f"{x:.3f} → {out}"
        note(ax, text, (max(x, b), row), (6, 0), va="center", fontsize=9)
    ax.set_yticks(rows, tokens)
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    ax.set(xlim=(0, 1.05 * max(*a, *drawn) + 0.12))
    ax.set_xlabel(folded("probability: softmax (outlined)|and what is drawn from (solid)"))
    return fig


@styled
def speculative(tokens, p, q):
    """Plot what a draft q keeps of the model's p, what it proposes in vain, and what is added.

    Parameters
    ----------
    tokens : sequence of str
        Their names, one a row.
    p, q : ndarray (K,)
        Probabilities of the model and of the draft.
    """
    p, q = np.asarray(p), np.asarray(q)
    fig, ax = new_figure(size=(5.4, 3.6))
    rows, kept = np.arange(len(tokens)), np.minimum(p, q)
    ax.barh(rows, kept, height=0.6, color=BLUE)
    more, less = p > q, q > p
    hatched = {"facecolor": PAPER, "edgecolor": GREEN, "hatch": "////"}
    ax.barh(rows[more], (p - q)[more], left=q[more], height=0.6, **hatched)
    outlined = {"fill": False, "edgecolor": VERMILLION, "linestyle": "--"}
    ax.barh(rows[less], (q - p)[less], left=p[less], height=0.6, **outlined)
    top, over = int(np.argmax(p - q)), int(np.argmax(q - p))
    note(ax, "drafted and kept", (kept[0] / 2, 0), (0, 0), color=PAPER, ha="center", va="center")
    note(ax, "drawn after a refusal", (p[top], top), (6, 0), color=GREEN, va="center")
    note(ax, "drafted and refused", (q[over], over), (6, 0), color=VERMILLION, va="center")
    ax.set_yticks(rows, tokens)
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    ax.set(xlim=(0, 1.55 * max(p.max(), q.max())), xlabel="probability")
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


@styled
def error_of_a_mean(bias, noise, least=1, most=10_000):
    """Plot the error of a gradient that is a mean of n draws: √(bias² + noise²/n).

    Parameters
    ----------
    bias, noise : dict of str to float
        Of each estimator, relative to the norm of the exact gradient: how far its mean is off, and
        the standard deviation of one draw.
    least, most : int
        The range of n.
    """
    fig, ax = new_figure(size=(5.4, 3.6))
    n = np.geomspace(least, most, 81)
    lowest = min(filter(None, bias.values()))  # ends close to the line that goes on falling
    styles = zip(bias, (INK, BLUE, VERMILLION, PURPLE), ("-", "--", "-.", ":"), strict=False)
    for name, colour, dash in styles:
        error = np.hypot(bias[name], noise[name] / np.sqrt(n))
        ax.plot(n, error, color=colour, ls=dash)
        at, offset, ha = 80, (-2, 8), "right"
        if bias[name] == 0:
            at, offset, ha = 20, (6, 4), "left"
        elif bias[name] == lowest:
            at, offset, ha = 36, (-8, -10), "right"
        note(ax, name, (n[at], error[at]), offset, color=colour, ha=ha)
    ax.set(xscale="log", yscale="log", xlabel="number $n$ of draws averaged")
    ax.set_ylabel("error, relative to the gradient")
    return fig


@styled
def ceiling(information, found):
    """Plot what contrastive learning can claim of the mutual information.

    Parameters
    ----------
    information : sequence of float
        The true mutual information, in nats.
    found : dict of int to ndarray (seeds, len(information))
        For each batch size N, the estimate log N − loss.
    """
    fig, ax = new_figure(size=(5.4, 3.8))
    top = max(information)
    ax.plot([0, top], [0, top], color=GREY, ls="-", lw=1.2)
    note(ax, "the truth", (0.5 * top, 0.5 * top), (-6, 2), color=MUTED, ha="right")
    for (n, values), colour, dash in zip(
        found.items(), (BLUE, VERMILLION, GREEN), ("-", "--", "-."), strict=True
    ):
        mean, sd = np.mean(values, axis=0), np.std(values, axis=0, ddof=1)
        ax.errorbar(information, mean, sd, color=colour, ls=dash, marker="o", ms=4, capsize=3)
        ax.plot([0, top], [np.log(n)] * 2, **{**DASHED, "color": colour})
        note(ax, f"log {n}", (0, np.log(n)), (2, 4), color=colour)
        note(ax, f"$N = {n}$", (information[-2], mean[-2]), (6, -13), color=colour)
    ax.set(xlim=(0, 1.03 * top), ylim=(0, 1.15 * np.log(max(found))))
    ax.set_xlabel("mutual information (nats)")
    ax.set_ylabel("$\\log N$ − loss")
    return fig


@styled
def students(results, temperatures):
    """Plot the accuracy of students by what they were taught, with each seed as a dot.

    Parameters
    ----------
    results : dict of str to sequence of float
        Accuracies per seed under "labels", "T1" … , "matched", "equal", "shuffled" and "teacher".
    temperatures : sequence of int
        Those that `results` has.
    """
    lessons = [("labels", "labels"), *((f"T{T}", f"$T={T}$") for T in temperatures)]
    lessons += [("matched", "logits\nmatched"), ("equal", "$T=5$,\nequal")]
    lessons += [("shuffled", "$T=5$,\nshuffled")]
    fig, ax = new_figure(size=(5.4, 3.6))
    for x, (key, _) in enumerate(lessons):
        colour = VERMILLION if key in ("labels", "equal", "shuffled") else BLUE
        values = np.asarray(results[key])
        ax.plot(np.full(values.size, x), values, "o", color=colour, ms=4, alpha=0.75, ls="none")
        ax.plot([x - 0.3, x + 0.3], [values.mean()] * 2, color=INK, ls="-", lw=1.8)
        mean = f"{values.mean():.3f}".lstrip("0")
        note(ax, mean, (x, values.min()), (0, -14), ha="center", fontsize=9)
    teacher = np.mean(results["teacher"])
    ax.plot([-0.5, len(lessons) - 0.5], [teacher] * 2, **DASHED)
    note(ax, f"the teacher, {teacher:.2f}", (-0.5, teacher), (2, 3))
    ax.set_xticks(range(len(lessons)), [name for _, name in lessons])
    if narrow():  # long names stand lower, lest they stand on their neighbours
        for label in (ax.get_xticklabels()[-3], ax.get_xticklabels()[-1]):
            label.set_y(-0.13)
    low = min(min(results[key]) for key, _ in lessons)
    ax.set(xlim=(-0.5, len(lessons) - 0.5), ylim=(low - 0.04, None), ylabel="test accuracy")
    ax.grid(axis="x", visible=False)
    return fig
