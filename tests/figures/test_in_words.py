"""A figure's lines of text, which nbval compares, tell what would be exchanged unseen in a PNG."""

import json

import numpy as np
import pytest

from softmax_book.figures.in_words import in_words
from softmax_book.figures.style import new_figure, styled
from tests.sources import notebooks


@styled
def draw(x="margin", y="loss", word="here", rising=True, log=False):
    fig, ax = new_figure()
    t = np.linspace(0, 1, 11)
    ax.plot(t, t if rising else 1 - t)
    ax.plot([np.nan], [1.0])
    ax.text(0.5, 0.5, word)
    ax.set(xlabel=x, ylabel=y, yscale="log" if log else "linear")
    return fig


@pytest.mark.parametrize(
    "change",
    [{"x": "loss", "y": "margin"}, {"word": "there"}, {"rising": False}, {"log": True}],
    ids=lambda change: " ".join(change),
)
def test_what_is_changed_is_another_text(change):
    assert in_words(draw()) == in_words(draw())
    assert in_words(draw()) != in_words(draw(**change))


def test_it_is_short():
    figure, axes = in_words(draw()).split("\n")
    assert figure == "<Figure of 5.4 x 3.2 inches, 1 axes>"
    assert axes == "margin -0.05..1.1 | loss -0.05..1.1 | here | 0,0→10,10"


def pictures():
    """Return the pictures of all chapters with their place: light and dark, wide and narrow."""
    for path in notebooks()[1:]:  # the first page shows a widget of chapter 2
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                if picture := output.get("data", {}).get("image/png"):
                    versions = {**output["metadata"].get("versions", {})}
                    versions.pop("label", None)
                    yield f"{path.stem}: {cell['id']}", {picture, *versions.values()}


def test_no_two_cells_show_one_picture():
    seen = {}
    for place, versions in pictures():
        for picture in versions:
            assert seen.setdefault(picture, place) == place
    assert len(seen) > 300
