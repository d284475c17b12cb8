"""Figures of appendix C, In the libraries."""

import numpy as np

from softmax_book.figures.style import (
    BLUE,
    GREEN,
    INK,
    OLIVE,
    PURPLE,
    VERMILLION,
    folded,
    narrow,
    new_figure,
    note,
    styled,
)
from softmax_src import softmax, softmax_loss

#: Colour and marker of each library, the same in every figure.
LIBRARIES = {
    "softmax_src": (BLUE, "o"),
    "SciPy": (VERMILLION, "s"),
    "PyTorch": (GREEN, "^"),
    "JAX": (PURPLE, "D"),
    "scikit-learn": (OLIVE, "v"),
}
#: Errors beyond this are drawn here: no digit of a float64 is right.
WORST = 1e17


@styled
def corridor(n_classes=10):
    """Plot the loss of one example with one softmax and with two, over the correct logit's lead."""
    fig, ax = new_figure()
    lead = np.linspace(-12, 12, 481)
    z = np.zeros((lead.size, n_classes))
    z[:, 0] = lead
    c = np.zeros(lead.size, int)
    curves = {
        "softmax once": (softmax_loss(z, c, reduction="none"), BLUE, "-"),
        "softmax twice": (softmax_loss(softmax(z), c, reduction="none"), VERMILLION, "--"),
    }
    for name, (loss, colour, dash) in curves.items():
        ax.plot(lead, loss, color=colour, ls=dash)
        at = 150 if name == "softmax once" else -140
        note(ax, name, (lead[at], loss[at]), (8, 6), color=colour)
    floor, ceiling = np.log1p((n_classes - 1) / np.e), np.log(np.e + n_classes - 1)
    for level in (floor, ceiling):
        ax.axhline(level, color=INK, lw=0.8, ls=":")
    note(ax, f"floor {floor:.3f}", (12, floor), (0, -13), ha="right", fontsize=9)
    note(ax, f"ceiling {ceiling:.3f}", (12, ceiling), (0, 4), ha="right", fontsize=9)
    ax.plot(0, np.log(n_classes), "o", color=INK, ms=5)
    note(ax, f"at the start $\\log {n_classes}$", (0, np.log(n_classes)), (4, 16), fontsize=9)
    ax.set(xlim=(-12, 12), ylim=(-0.2, 8), xlabel="lead of the correct logit", ylabel="loss")
    return fig


@styled
def accuracy_by_family(measured, dtype, quantity):
    """Plot each library's largest error on every family of logits, in units in the last place.

    Parameters
    ----------
    measured : dict
        What `softmax_book.data.load_benchmarks` returns.
    dtype, quantity : str
        For instance "float64" and "log_softmax".
    """
    errors = measured["accuracy"][dtype][quantity]
    families = list(errors["softmax_src"])
    names = [name for name in LIBRARIES if name in errors]
    fig, ax = new_figure(size=(5.4, 5.6))
    rows = np.arange(len(families))
    for place, name in enumerate(names):
        colour, marker = LIBRARIES[name]
        found = [errors[name][family] for family in families]
        x = [WORST if error is None else min(max(error, 0.1), WORST) for error in found]
        y = rows + 0.2 * (place - (len(names) - 1) / 2)
        ax.plot(x, y, marker, color=colour, ms=5, ls="", label=name)
    ax.axvline(0.5, color=INK, lw=0.8, ls=":")
    ax.set_yticks(rows, families)
    ax.invert_yaxis()
    ax.set(xscale="log", xlim=(0.06, 4 * WORST))
    ax.set_xticks([0.1, 1e5, 1e10, 1e15], ["≤ 0.1", "$10^5$", "$10^{10}$", "$10^{15}$"])
    ax.set_xlabel(folded(f"largest error of {quantity}|in {dtype}, in ulp"), x=0.3)
    columns = 3 if narrow() else len(names)
    fig.legend(loc="outside upper center", ncols=columns, columnspacing=1.0, handletextpad=0.2)
    return fig
