"""The figures of chapter 10 plot the numbers that they are given."""

import re

import nbformat
import numpy as np

from softmax_book.data import load_run
from softmax_book.figures import choosing
from softmax_book.widgets.sampling import TOKENS, Sampling
from tests.sources import ROOT


def test_sampling_plots_both_distributions_and_says_who_took_whom_out():
    widget = Sampling(k=6, p=0.9, m=0.2)
    (ax,) = widget.figure().axes
    drawn, before = ([bar.get_width() for bar in bars] for bars in ax.containers)
    np.testing.assert_allclose(drawn, widget.drawn())
    survivors = np.array(drawn) > 0
    np.testing.assert_allclose(
        np.array(before)[survivors] / sum(np.array(before)[survivors]), np.array(drawn)[survivors]
    )
    for text, cut in zip(ax.texts, widget.cut_by(), strict=True):
        assert text.get_text().endswith(f"out ({cut})") == bool(cut)


def test_sampling_can_do_without_the_names_of_the_cuts():
    (ax,) = choosing.sampling(["a", "b"], [0.7, 0.3], [1.0, 0.0]).axes
    assert [text.get_text() for text in ax.texts] == ["0.700 → 1.000", "0.300 → out"]


def test_speculative_plots_what_is_kept_added_and_refused():
    p, q = np.array([0.5, 0.2, 0.2, 0.1]), np.array([0.3, 0.4, 0.2, 0.1])
    (ax,) = choosing.speculative(TOKENS[:4], p, q).axes
    kept, added, refused = (
        [(b.get_x(), b.get_x() + b.get_width()) for b in bars] for bars in ax.containers
    )
    np.testing.assert_allclose(kept, [(0, 0.3), (0, 0.2), (0, 0.2), (0, 0.1)])
    np.testing.assert_allclose(added, [(0.3, 0.5)])
    np.testing.assert_allclose(refused, [(0.2, 0.4)])


def test_bandit_plots_every_run_and_the_exact_one():
    curves = {"one": np.array([[0.1, 0.2], [0.3, 0.4]]), "two": np.array([[0.5, 0.6]])}
    exact = {"one": np.array([0.7, 0.8]), "two": np.array([0.9, 1.0])}
    for ax, name in zip(choosing.bandit(curves, exact).axes, curves, strict=True):
        plotted = [line.get_ydata() for line in ax.lines]
        np.testing.assert_array_equal(plotted, [*curves[name], exact[name]])


def test_the_error_of_a_mean_levels_off_at_the_bias():
    bias, noise = {"fair": 0.0, "biased": 0.3}, {"fair": 2.0, "biased": 1.0}
    (ax,) = choosing.error_of_a_mean(bias, noise).axes
    fair, biased = (line.get_ydata() for line in ax.lines)
    n = ax.lines[0].get_xdata()
    np.testing.assert_allclose(fair, 2 / np.sqrt(n))
    np.testing.assert_allclose(biased, np.sqrt(0.3**2 + 1 / n))
    assert biased[0] < fair[0]
    assert biased[-1] > fair[-1]


def test_the_ceiling_stands_at_log_n():
    found = {n: k * np.array([[0.5, 1.0], [0.7, 1.2]]) for k, n in enumerate((8, 64, 512), 1)}
    (ax,) = choosing.ceiling([1, 2], found).axes
    levels = [y[0] for line in ax.lines if (y := np.array(line.get_ydata()))[0] == y[-1] > 0]
    np.testing.assert_allclose(levels, np.log([8, 64, 512]))
    means = [line.get_ydata() for line in ax.lines if line.get_marker() == "o"]
    np.testing.assert_allclose(means, np.outer([1, 2, 3], [0.6, 1.1]))


def test_students_plots_every_seed_and_the_means():
    few = load_run("distillation")["results"]["50"]
    (ax,) = choosing.students(few, (1, 2, 5, 20)).axes
    keys = ["labels", "T1", "T2", "T5", "T20", "matched", "equal", "shuffled"]
    dots = [line.get_ydata() for line in ax.lines if line.get_marker() == "o"]
    np.testing.assert_array_equal(dots, [few[key] for key in keys])
    bars = [line.get_ydata()[0] for line in ax.lines if line.get_marker() != "o"]
    np.testing.assert_allclose(bars, [np.mean(few[key]) for key in [*keys, "teacher"]])
    path = ROOT / "chapters" / "10-choosing-comparing.ipynb"
    about = (cell.metadata.get("mystnb", {}) for cell in nbformat.read(path, as_version=4).cells)
    alt = next(one["image"]["alt"] for one in about if "fig-choose-students" in str(one))
    written = " ".join(text.get_text() for text in ax.texts)
    assert re.findall(r"\.\d+", alt) == re.findall(r"\.\d+", written)  # who listens hears the same
