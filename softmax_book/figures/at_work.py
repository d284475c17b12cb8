"""Figures of appendix D, Softmax at work."""

from softmax_book.figures.choosing import bandit, sampling
from softmax_book.figures.style import BLUE, VERMILLION, new_figure, note, styled

__all__ = ["attention_scale", "bandit", "sampling"]


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
