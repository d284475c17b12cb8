"""Figures of chapter 4, Softmax loss."""

import numpy as np

from softmax_book.figures.style import (
    BLUE,
    GREEN,
    INK,
    PAPER,
    VERMILLION,
    folded,
    new_figure,
    note,
    styled,
)
from softmax_src import log_softmax, logsumexp, softmax, softmax_loss
from softmax_src.stepwise import FORMULAS, digits_kept, loss_steps

#: What the float inspector's picture calls the formulas.
FORMULA_NAMES = {
    "naive": "naive: $-\\log(e^{z_c}/\\Sigma_k e^{z_k})$",
    "shifted": "shifted softmax, then $-\\log$",
    "lse": "log-sum-exp: $\\log(\\Sigma_k e^{z_k-M})+(M-z_c)$",
    "log1p": "log1p(rest) $+\\,(M-z_c)$",
}


@styled
def what_an_answer_costs():
    """Plot the loss against the probability of the correct class, and against its margin."""
    fig, (left, right) = new_figure(1, 2, size=(5.4, 2.9), sharey=True)
    p = np.linspace(0.002, 1, 400)
    left.plot(p, -np.log(p))
    for a_c in (1.0, 0.5, 0.1, 0.01):
        left.plot(a_c, -np.log(a_c), "o", color=INK, ms=4.5)
        text = f"{-np.log(a_c):.2f}" if a_c < 1 else "0"
        note(left, text, (a_c, -np.log(a_c)), (5, 4))
    left.set(xlim=(0, 1.12), ylim=(-0.2, 6.2), xlabel="probability $a_c$", ylabel="loss")

    m = np.linspace(-6, 6, 400)
    loss = softmax_loss(
        np.column_stack([m, np.zeros_like(m)]), np.zeros(m.size, int), reduction="none"
    )
    right.plot(m, loss)
    right.plot(m[m < 1], -m[m < 1], color=VERMILLION, ls="--", lw=1.3)
    right.plot(m[m > -0.8], np.exp(-m[m > -0.8]), color=GREEN, ls="-.", lw=1.3)
    note(right, "wrong:\nnearly $-m_c$", (-3, 3), (4, 6))
    note(right, "right:\nnearly $e^{-m_c}$", (2.0, np.exp(-2)), (-14, 14))
    right.set(xlim=(-6, 6), xticks=[-5, 0, 5], xlabel="margin $m_c$")
    return fig


@styled
def log_sum_exp_bounds():
    """Plot LSE of two logits between its bounds, and its distance from the maximum for more."""
    fig, (left, right) = new_figure(1, 2, size=(5.4, 3.0))
    x = np.linspace(-5, 5, 400)
    z = np.column_stack([x, np.zeros_like(x)])  # (400, 2)
    top = z.max(axis=1)
    left.fill_between(x, top, top + np.log(2), color=BLUE, alpha=0.12, lw=0)
    left.plot(x, logsumexp(z))
    left.plot(x, top, color=INK, ls="--", lw=1.1)
    left.plot(x, top + np.log(2), color=INK, ls=":", lw=1.1)
    note(left, folded("max|+ log 2"), (-4.8, np.log(2)), (0, 4))
    note(left, "max", (1.3, 1.3), (5, -9))
    left.set(xlim=(-5, 5), ylim=(-0.3, 5.6), xlabel="$x$", ylabel="LSE of $x$ and 0")

    lead = np.linspace(0, 12, 400)
    for K in (2, 10, 1000):
        gap = np.log1p((K - 1) * np.exp(-lead))
        (line,) = right.plot(lead, gap)
        right.axhline(np.log(K), color=line.get_color(), lw=0.7, ls=":")
        note(right, f"$K={K}$", (12, np.log(K)), (0, 3), color=line.get_color(), ha="right")
        right.plot(0, np.log(K), "o", color=line.get_color(), ms=4.5, clip_on=False)
    right.set(xlim=(0, 12), ylim=(0, 7.6), xlabel="lead of the largest", ylabel="LSE $-$ max")
    return fig


def _kept_rows(margins, dtype):
    """Digits kept by each formula's loss and gradient over the margins, and the losses."""
    rows = []
    for formula in FORMULAS:
        s = loss_steps(margins, dtype, formula)
        rows.append(
            (
                s.loss.astype(float),
                digits_kept(s.loss, s.true_loss, dtype),
                digits_kept(s.gradient, s.true_gradient, dtype),
            )
        )
    return rows


def symbols(loss, kept):
    """Find the stretches where a loss is 0, ∞ or nan and wrong: a list of (text, first, last)."""
    text = np.where(
        np.isnan(loss), "nan", np.where(np.isinf(loss), "∞", np.where(loss == 0, "0", ""))
    )
    text = np.where(kept > 0, "", text)
    edges = np.flatnonzero(text[1:] != text[:-1]) + 1
    pieces = np.split(np.arange(text.size), edges)
    return [(str(text[p[0]]), int(p[0]), int(p[-1])) for p in pieces if text[p[0]]]


@styled
def float_inspector(margin, dtype, formula):
    """Plot how many digits each formula's loss and gradient keep, over the margin, in one type."""
    spread = 2.0  # the axis is linear for |margin| well below this, logarithmic beyond

    def warp(m):
        return np.arcsinh(np.asarray(m, dtype=float) / spread)

    limits = warp([-1000, 1000])
    u = np.linspace(*limits, 601)
    full = -np.log10(float(np.finfo(dtype).eps))

    fig, axes = new_figure(4, 1, size=(5.4, 5.0), sharex=True)
    for ax, name, (loss, kept, slope) in zip(
        axes, FORMULAS, _kept_rows(spread * np.sinh(u), dtype), strict=True
    ):
        ax.fill_between(u, kept, color=BLUE, alpha=0.3, lw=0)
        ax.plot(u, kept, color=BLUE, lw=1.2)
        ax.plot(u, slope, color=VERMILLION, lw=1.2, ls="--")
        for text, first, last in symbols(loss, kept):
            if u[last] - u[first] > 0.35:
                ax.text((u[first] + u[last]) / 2, 0.12 * full, text, ha="center", color=INK)
        ax.axvline(warp(margin), color=INK, lw=1, ls=":")
        chosen = {"fontweight": "bold"} if name == formula else {}
        ax.set_title(FORMULA_NAMES[name], pad=3, fontsize=9.5, **chosen)
        ax.set(ylim=(0, 1.15 * full), yticks=[0, round(full)])
    ticks = [-1000, -100, -10, -1, 0, 1, 10, 100, 1000]
    axes[-1].set(xlim=limits, xlabel="margin $z_c-z_{\\mathrm{other}}$")
    axes[-1].set_xticks(warp(ticks), [f"{t}".replace("-", "−") for t in ticks])
    fig.supylabel(f"correct digits in {dtype}: loss (solid), gradient (dashed)", fontsize=9.5)
    return fig


@styled
def clipping(run):
    """Plot what ten networks reach when the probability is clipped, against the share cut off."""
    floors = run["results"]["floors"]
    names = [f"$10^{{{round(np.log10(f))}}}$" if f else "none" for f in floors]
    fig, axes = new_figure(1, 2, size=(5.4, 3.0), sharey=True)
    panels = (
        ("dead_at_start", folded("without a gradient|at first"), VERMILLION),
        ("final_accuracy", folded("test accuracy|at the end"), BLUE),
    )
    for ax, (key, title, colour) in zip(axes, panels, strict=True):
        for i, values in enumerate(run["results"][key]):
            offsets = np.linspace(-0.16, 0.16, len(values))
            ax.plot(i + offsets, sorted(values), "o", color=colour, ms=4, alpha=0.75, ls="")
            middle = np.median(values)
            ax.plot([i - 0.26, i + 0.26], [middle, middle], color=INK, lw=1.6, ls="-")
            # the dots rise from left to right, so there is room at the upper left
            note(ax, f"{middle:.2f}", (i - 0.13, middle), (0, 3), ha="right", fontsize=9)
        ax.set(xlim=(-0.8, len(floors) - 0.5), ylim=(-0.04, 1.12), title=title, xlabel="clip")
        ax.set_xticks(range(len(floors)), names)
    axes[0].set_ylabel("share")
    return fig


@styled
def label_smoothing(n_classes=10, epsilons=(0.0, 0.05, 0.1, 0.3)):
    """Plot the smoothed loss against the lead of the correct logit over the others, all equal."""
    fig, ax = new_figure(size=(5.4, 3.6))
    lead = np.linspace(0, 10, 500)
    z = np.zeros((lead.size, n_classes))
    z[:, 0] = lead
    for epsilon in epsilons:
        loss = softmax_loss(z, np.zeros(lead.size, int), reduction="none", label_smoothing=epsilon)
        (line,) = ax.plot(lead, loss)
        name = f"$\\varepsilon={epsilon:g}$"
        note(ax, name, (10, loss[-1]), (5, -3), color=line.get_color(), annotation_clip=False)
        if epsilon:
            best = np.log1p(n_classes * (1 - epsilon) / epsilon)
            at = np.interp(best, lead, loss)
            ax.plot(best, at, "o", color=line.get_color())
            note(ax, f"{best:.2f}", (best, at), (0, 5), ha="center", fontsize=9)
    ax.set(xlim=(0, 10), ylim=(0, 2.8), ylabel="loss")
    ax.set_xlabel("lead of the correct logit over the nine others")
    return fig


@styled
def double_softmax(run):
    """Plot accuracy and cost of the digits network with one softmax and, by mistake, with two."""
    fig, (left, right) = new_figure(1, 2, size=(5.4, 3.0))
    for (name, colour, dash), label in zip(
        (("once", BLUE, "-"), ("twice", VERMILLION, "--")),
        ("softmax once", "softmax twice"),
        strict=True,
    ):
        for ax, key in ((left, "test_accuracy"), (right, "train_cost")):
            curves = np.array(run["results"][name][key])  # (seeds, epochs + 1)
            epochs = np.arange(curves.shape[1])
            ax.fill_between(
                epochs, curves.min(axis=0), curves.max(axis=0), color=colour, alpha=0.2, lw=0
            )
            ax.plot(epochs, np.median(curves, axis=0), color=colour, ls=dash, label=label)
    floor = np.log1p(9 / np.e)
    right.axhline(floor, color=INK, lw=0.9, ls=":")
    note(right, f"floor {floor:.3f}", (60, floor), (0, -13), ha="right")
    left.set(ylim=(0, 1.03), xlabel="epoch", title="test accuracy")
    right.set(ylim=(0, 2.55), xlabel="epoch", title="training cost")
    left.legend(loc="lower right")
    return fig


@styled
def cross_entropy_parts(y, models):
    """Plot each model's cross-entropy as the entropy of y plus the divergence from it."""
    names = list(models)
    y = np.asarray(y)
    entropy = -np.sum(y * np.log(y))
    fig, ax = new_figure(size=(5.4, 0.9 + 0.55 * len(names)))
    for i, name in enumerate(names):
        cross = -np.sum(y * log_softmax(models[name]))
        ax.barh(i, entropy, color=BLUE, height=0.55)
        ax.barh(
            i,
            cross - entropy,
            left=entropy,
            color=VERMILLION,
            height=0.55,
            hatch="///",
            edgecolor=PAPER,
            lw=0,
        )
        note(ax, f"{cross:.3f}", (cross, i), (5, 0), va="center")
    outputs = ["(" + ", ".join(f"{p:.2f}" for p in softmax(models[name])) + ")" for name in names]
    ax.axvline(entropy, color=INK, lw=0.9, ls=":")
    ax.set_yticks(range(len(names)), [f"{n}\n{a}" for n, a in zip(names, outputs, strict=True)])
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    ax.set(xlim=(0, 2.1), xlabel="cross-entropy in nats")
    return fig
