"""What a figure shows, in words: nbval compares no picture, but it compares these lines."""

import textwrap

import numpy as np

LINES = 8  # of an axes; a bundle of curves is known by its first ones


def in_words(fig):
    """Return a line for the figure and one for each axes.

    They have the labels and limits of x and y, the words in the axes, and where its lines begin
    and end, in tenths of its width and height: what is drawn the wrong way round is another text.
    It is as coarse as that, since rounding moves some lines, and differs among processors.
    """
    width, height = fig.get_size_inches()
    said = [f"<Figure of {width:g} x {height:g} inches, {len(fig.axes)} axes>"]
    return "\n".join(said + [_axes_in_words(ax) for ax in fig.axes])


def _axes_in_words(ax):
    labels = [
        f"{axis.get_label_text() or '–'} {_short(low, axis)}..{_short(high, axis)}"
        for axis, (low, high) in ((ax.xaxis, ax.get_xlim()), (ax.yaxis, ax.get_ylim()))
    ]
    legend = ax.get_legend()
    texts = [ax.title, *ax.texts, *(legend.get_texts() if legend else [])]
    words = "; ".join(" ".join(text.get_text().split()) for text in texts if text.get_text())
    ends = [_ends(ax, line.get_xydata()) for line in ax.lines[:LINES]]
    parts = [*labels, textwrap.shorten(words, 200, placeholder=" …"), " ".join(filter(None, ends))]
    return " | ".join(filter(None, parts))


def _ends(ax, points):  # (n, 2)
    """Return where a line begins and ends; nothing for one that has no finite place."""
    with np.errstate(all="ignore"):
        placed = (ax.transData - ax.transAxes).transform(np.asarray(points, dtype=float))
    placed = placed[np.isfinite(placed).all(axis=1)]
    if not len(placed):
        return ""
    places = np.round(10 * np.clip(placed[[0, -1]], 0, 1))
    places = [f"{x:.0f},{y:.0f}" for x, y in places]
    return "→".join(dict.fromkeys(places))


def _short(number, axis):
    if axis.get_scale() == "log":
        return f"10^{np.log10(number):.0f}"
    return f"{number:.2g}"
