"""The map of the book on its first page: the chapters, their questions, and which needs which.

A chapter needs what it says itself under *You need*; an arrow that follows from others is left
out. `places` says where the boxes are, for the links that the page lays over the picture.
"""

import textwrap

import numpy as np
from matplotlib.patches import FancyBboxPatch, PathPatch, Polygon, Rectangle
from matplotlib.path import Path

from softmax_book.figures.style import (
    BLUE,
    FAINT,
    GREEN,
    GREY,
    INK,
    MUTED,
    OLIVE,
    PAPER,
    PURPLE,
    VERMILLION,
    narrow,
    new_figure,
    styled,
)
from softmax_src import logsumexp, sigmoid, softmax

#: Title, question and minutes of each chapter, and the chapters that it needs, as the list below
#: the map has them; a long title is shorter here.
CHAPTERS = {
    "1": ("The learning slowdown", "Why is a neuron slow when it is badly wrong?", 30, ""),
    "2": ("Definition", "How large must $z_4$ be?", 35, ""),
    "3": ("Probabilistic interpretation", "Probabilities of what, and are they honest?", 50, "2"),
    "4": ("Softmax loss", "What should a wrong answer cost?", 45, "2"),
    "5": ("Backpropagation", "Why is the error $a - y$, and nothing more?", 45, "2 4"),
    "6": ("Evaluation", "Logits or probabilities?", 40, "2 3"),
    "7": ("Rare, shifted, unknown classes", "What if tomorrow is different?", 35,
          "3 4 5 6"),
    "8": ("Many classes, few\u00a0bits", "What do 128,000 words cost?", 35, "4 5"),
    "9": ("Attention", "When does the key that matters lose?", 30, "2 5"),
    "10": ("Choosing and comparing", "How do we sample, and what do votes tell us?", 35, "2 4 5"),
    "A": ("Softmax properties", "What can be proved?", 35, "2"),
    "B": ("Multilabel logistic loss", "What if several answers are right?", 15, "1 4"),
    "C": ("In the libraries", "Which function takes what?", 35, "2 4"),
    "D": ("Softmax in floats", "How many digits are right?", 20, "2 4"),
}  # fmt: skip
NEEDS = {name: set(needed.split()) for name, (*_, needed) in CHAPTERS.items()}
#: The other ways in, each with its question.
DOORS = {
    "First aid": "Is the loss nan, or stuck?",
    "Ledger of claims": "Which claims are false?",
    "Practise": "What do you still know?",
    "Teaching": "One week, or eight?",
}
FIRST = "1245"  # for whom softmax is new
COLORS = dict(zip("123456", (VERMILLION, BLUE, GREEN, OLIVE, PURPLE, INK), strict=True))
PARTS = "7", "A"  # the first of Part II, and of the appendices
#: Where the chapters stand on the wide map; a place may be free in the last row.
GRID = [["1", "2", "A"], ["B", "4", "3"], ["C", "5", "6"], ["D", "9", "7"], ["8", "10", ""]]


def arrows():
    """Return the pairs (needed, by whom) that do not follow from other pairs."""

    def all_needs(chapter):  # and what these need
        return NEEDS[chapter].union(*map(all_needs, NEEDS[chapter]))

    return [
        (needed, chapter)
        for chapter, direct in NEEDS.items()
        for needed in sorted(direct)
        if not any(needed in all_needs(other) for other in direct - {needed})
    ]


def boxes(thin):
    """Return {name: (left, top, width, height)} in points, and the size of the whole."""
    found = {}
    if thin:
        y = 2 - 51
        for name in CHAPTERS:
            y += 51 + 9 * (name in PARTS)
            found[name] = (50, y, 250, 44)
        for i, name in enumerate(DOORS):
            found[name] = (50 + 128 * (i % 2), y + 61 + 42 * (i // 2), 122, 36)
        return found, (302.4, y + 141)
    y = 2 - 80
    for names in GRID:
        y += 80 + 8 * (PARTS[0] in names)
        for column, name in enumerate(names):
            found[name] = (2 + 133.4 * column, y, 118, 61)
    found.pop("", None)
    # one door below the middle of each place that the grid leaves free, the others below the grid
    free = [(column, y + 32) for column, name in enumerate(GRID[-1]) if not name]
    below = [(column, y + 69 + 37 * row) for row in (0, 1) for column in range(3)]
    doors = sorted((free + below)[: len(DOORS)])
    for name, (column, top) in zip(DOORS, doors, strict=True):
        found[name] = (2 + 133.4 * column, top, 118, 29)
    return found, (388.8, max(top for _, top in doors) + 31)


def places(thin):
    """Return {name: its box's distances from the picture's top, right, bottom and left}."""
    found, (width, height) = boxes(thin)
    inset = {
        name: (y / height, 1 - (x + w) / width, 1 - (y + h) / height, x / width)
        for name, (x, y, w, h) in found.items()
    }
    return {name: inset[name] for name in (*CHAPTERS, *DOORS)}  # as they are listed


def way(start, end, found):
    """Return the corners of an arrow between two boxes of the wide map: straight if it can be."""
    (x, y, w, h), (x2, y2, _, _) = found[start], found[end]
    if y == y2:
        side = x2 > x
        return [(x + w * side, y + h / 2), (x2 + w * (not side), y + h / 2)]
    if x == x2 and y2 - y < 100:
        return [(x + w / 2, y + h), (x + w / 2, y2)]
    below = min(top for _, top, _, _ in found.values() if top > y)
    turn = below - 9.5  # between the rows
    if y2 == below:
        to = x2 + w / 2 - 14 * (len([e for _, e in arrows() if e == end]) > 1)
        return [(x + w / 2, y + h), (x + w / 2, turn), (to, turn), (to, y2)]
    above = max(top + height for _, top, _, height in found.values() if top < y2)
    gap, last = x - 7.7, above + 9.5  # past the rows between, and above what turns below the last
    return [(x + w / 2, y + h), (x + w / 2, turn), (gap, turn), (gap, last),
            (x2 + w / 2, last), (x2 + w / 2, y2)]  # fmt: skip


def draw_ways(ax, ways, color):
    """Draw the ways from one chapter, with round corners and a head; others pass below them."""
    paths = [rounded(corners) for corners in ways]
    for width, shade in ((4.5, PAPER), (1.6, color)):
        for path, _ in paths:
            ax.add_patch(PathPatch(path, fill=False, lw=width, ec=shade, capstyle="butt"))
    for _, head in paths:
        ax.add_patch(Polygon(head, color=color, lw=0))


def rounded(corners):
    """Return the path with round corners, and the triangle at its end."""
    points = np.array(corners, dtype=float)
    steps = np.sign(np.diff(points, axis=0))
    points[-1] -= 4 * steps[-1]  # the head's
    verts, codes = [points[0]], [Path.MOVETO]
    for at, before, after in zip(points[1:-1], steps[:-1], steps[1:], strict=True):
        verts += [at - 5 * before, at, at + 5 * after]
        codes += [Path.LINETO, Path.CURVE3, Path.CURVE3]
    path = Path([*verts, points[-1]], [*codes, Path.LINETO])
    across = 3.2 * steps[-1][::-1]
    tip = points[-1] + 4.5 * steps[-1]
    return path, [tip, points[-1] + across, points[-1] - across]


def lane(start, end, found):
    """Return the corners of an arrow of the narrow map: each chapter has a line on the left."""
    x, left = 42 - 8 * list(COLORS).index(start), found[end][0]
    beside = sorted(s for s, e in arrows() if e == end)
    top = found[start][1] + 33
    bottom = found[end][1] + 21 + 9 * (beside.index(start) - (len(beside) - 1) / 2)
    return [(left, top), (x, top), (x, bottom), (left, bottom)]


def sketch(ax, chapter, at, size, color):
    """Draw what a chapter is about in a square of that size, `at` its upper left corner."""

    def put(x, y, ls="-", lw=1.5, **kwargs):
        ax.plot(at[0] + size * np.asarray(x), at[1] + size * (1 - np.asarray(y)), ls,
                color=color, lw=lw, **kwargs)  # fmt: skip

    def bar(x, height, width=0.17, bottom=0.0, **kwargs):
        corner = at[0] + size * x, at[1] + size * (1 - bottom)
        ax.add_patch(Rectangle(corner, size * width, -size * height, ec=color,
                               **{"fc": color, "lw": 0.9, **kwargs}))  # fmt: skip

    t = np.linspace(0, 1, 60)
    if chapter == "1":
        put(t, 0.1 + 0.8 * sigmoid(14 * (t - 0.5)))
        put([0.93], [0.1 + 0.8 * sigmoid(6.0)], "o", ms=4)
    elif chapter == "2":
        z = np.stack([np.broadcast_to(v, 60) for v in (2.5, -1.0, 3.2)] + [10 * t - 2], axis=1)
        a = softmax(z)
        put(t, a[:, 3])
        put(t, a[:, 2], "--", lw=1)
        put([(logsumexp([2.5, -1.0, 3.2]) + 2) / 10], [0.5], "o", ms=4)
    elif chapter == "3":
        put([0, 1], [0, 1], ":", lw=1)
        for x in (0.1, 0.4, 0.7):
            bar(x, (x + 0.1) ** 1.5, 0.2)
    elif chapter == "4":
        put(0.03 + 0.97 * t, -np.log(0.03 + 0.97 * t) / 3.6)
        put([0, 0, 1], [1, 0, 0], lw=0.8)
    elif chapter == "5":
        put([0, 1], [0.45, 0.45], lw=0.8)
        for x, height in zip((0.05, 0.3, 0.55, 0.8), (0.3, -0.42, 0.08, 0.12), strict=True):
            bar(x, height, bottom=0.45)
    elif chapter == "6":
        put([0, 1], [0, 1], ":", lw=1)
        put(t, t**0.2)
    elif chapter == "7":
        bar(0.02, 0.9)
        bar(0.28, 0.14)
        at_text = at[0] + 0.76 * size, at[1] + 0.5 * size
        ax.text(*at_text, "?", color=color, size=0.75 * size, ha="center", va="center")
    elif chapter == "8":
        for x in range(6):
            bar(x / 6, 0.9, 1 / 6, 0.05, fc=color if x == 1 else "none", lw=0.7)
    elif chapter == "9":
        for row in range(5):
            for column, weight in enumerate(softmax(np.cos(2.4 * np.arange(row + 1) * row))):
                bar(column / 5, 0.2, 0.2, 0.8 - row / 5, alpha=0.12 + 0.88 * weight, lw=0)
    elif chapter == "10":
        for i, height in enumerate(softmax(np.arange(5, 0, -1) / 1.6) * 2):
            bar(0.02 + 0.2 * i, height, 0.15, fc=color if i < 3 else "none")
        put([0.605, 0.605], [0, 0.95], "--", lw=0.9)
    elif chapter == "A":
        put([0, 1, 0.5, 0], [0.06, 0.06, 0.94, 0.06], lw=1)
        for r in (0.1, 0.2):
            put(0.5 + r * np.cos(2 * np.pi * t), 0.35 + r * np.sin(2 * np.pi * t), lw=0.9)
    elif chapter == "B":
        for y, full in ((0.7, True), (0.37, False), (0.04, True)):
            bar(0.25, 0.25, 0.25, y, fc=color if full else "none")
            put([0.62, 1], [y + 0.12] * 2, lw=1.1)
    elif chapter == "C":
        ax.text(at[0] + size / 2, at[1] + size / 2, "{ }", color=color, size=0.55 * size,
                ha="center", va="center", weight="bold")  # fmt: skip
    elif chapter == "D":
        put([0, 1], [0.25, 0.25], lw=1.1)
        for number in (1, 1.5, 2, 3, 4, 6, 8):  # floats, whose gaps double at each power of two
            put([(number - 1) / 7] * 2, [0.25, 0.85 if number % 1.5 else 0.55], lw=1)


def draw_chapter(ax, name, box):
    """Draw a chapter's box: its number, title, question, minutes and a sketch."""
    x, y, w, h = box
    title, question, minutes, _ = CHAPTERS[name]
    color, thin = COLORS.get(name, INK), narrow()
    ax.add_patch(FancyBboxPatch((x + 3, y + 3), w - 6, h - 6, "round,pad=3", fc=PAPER, lw=1,
                                ec=color if name in COLORS else GREY,
                                ls="-" if name.isdigit() else (0, (4, 2))))  # fmt: skip
    first = name in FIRST
    ax.text(x + 10, y + 10.5, name, size=8.8, weight="bold", ha="center", va="center",
            color=PAPER if first else color,
            bbox={"boxstyle": "circle,pad=0.22", "fc": color if first else PAPER,
                  "ec": color, "lw": 1})  # fmt: skip
    lines = [title] if thin else textwrap.wrap(title, 21)
    two = len(lines) == 2
    size, side = (9.4, 24) if thin else (7.1, 30 - 5 * two)
    for i, line in enumerate(lines):
        ax.text(x + 20, y + 10.5 + 9.5 * i, line, size=size, weight="bold", va="center")
    words = textwrap.wrap(question.replace("$a - y$", "$a-y$"), 38 if thin else 19)
    ax.text(x + 5, y + 19.5 + 9.5 * two, "\n".join(words), size=9 if thin else 7.2, va="top",
            color=INK, linespacing=1.25)  # fmt: skip
    ax.text(x + w - 5, y + (10.5 if thin else h - 6.5), f"{minutes} min", size=8.8 if thin else 7,
            va="center", ha="right", color=MUTED)  # fmt: skip
    sketch(ax, name, (x + w - side - 5, y + (15 if thin else 17 + 6 * two)), side, color)


def draw_door(ax, name, box):
    """Draw the box of a page that is no chapter."""
    x, y, w, h = box
    ax.add_patch(FancyBboxPatch((x + 8, y + 8), w - 16, h - 16, "round,pad=8", fc=FAINT, ec=GREY,
                                lw=0.8))  # fmt: skip
    big, small = (9.4, 8.8) if narrow() else (7.4, 7.2)
    ax.text(x + 9, y + h * 0.31, name, size=big, weight="bold", va="center")
    ax.text(x + 9, y + h * 0.71, DOORS[name], size=small, va="center", color=INK)


@styled
def chapter_map():
    """Draw the map: chapters as boxes, an arrow from each to those that need it."""
    found, (width, height) = boxes(narrow())
    fig, ax = new_figure(size=(5.4, height / 72))
    fig.set_layout_engine("none")
    ax.set(position=(0, 0, 1, 1), xlim=(0, width), ylim=(height, 0))
    ax.axis("off")
    for start, color in COLORS.items():
        ends = [end for needed, end in arrows() if needed == start]
        route = lane if narrow() else way
        draw_ways(ax, [route(start, end, found) for end in ends], color)
    for name in CHAPTERS:
        draw_chapter(ax, name, found[name])
    for name in DOORS:
        draw_door(ax, name, found[name])
    return fig
