"""What each widget draws, read back from the page and compared with what `softmax_src` computes.

A function for each widget, of its name. It takes a `Drawing` and the Python widget in the same
state. What is drawn in axes is compared in the units of the axes' ticks, as they are labelled.
"""

import re

import numpy as np

from softmax_book.metrics import precision_recall_curve, roc_curve
from softmax_src import logsumexp, sigmoid, softmax, softmax_jacobian, softmax_loss
from softmax_src.calibration import expected_calibration_error
from softmax_src.neuron import COSTS, descend, first_below
from softmax_src.stepwise import FORMULAS, digits_kept, loss_steps
from tests.browser.said import RUNNERS

READ = """(holder, parts) => [...holder.querySelectorAll(parts)].map((part) => {
  const [tag, get] = [part.tagName, (key) => Number(part.getAttribute(key))];
  if (tag === "circle") return [[get("cx"), get("cy")]];
  if (tag === "line") return [[get("x1"), get("y1")], [get("x2"), get("y2")]];
  if (tag === "rect")
    return [[get("x"), get("y")], [get("x") + get("width"), get("y") + get("height")]];
  if (tag === "text") return [[get("x"), get("y")]];
  const way = part.getAttribute(tag === "path" ? "d" : "transform").replace(/[VHh][^M]*/g, "");
  const numbers = way.match(/-?[\\d.]+/g); // of a tick, where it starts
  return Array.from({ length: numbers.length / 2 }, (_, i) => numbers.slice(2 * i, 2 * i + 2));
})"""
TICKS = """(axes) => [...axes.querySelectorAll(".sx-grid")].map((line) => [
  line.getAttribute("x1") === line.getAttribute("x2") ? "x" : "y",
  Number(line.getAttribute("x1")), Number(line.getAttribute("y1")),
  Number(line.nextSibling.getAttribute("x")), Number(line.nextSibling.getAttribute("y")) - 4,
  line.nextSibling.textContent,
])"""
LENGTHS = """(bars) => bars.map((bar) =>
  bar.getBoundingClientRect().width / bar.parentNode.getBoundingClientRect().width)"""
PIXELS = """(pictures) => pictures.map((picture) =>
  [...picture.querySelectorAll("rect")].map((one) =>
    ["x", "y", "fill-opacity"].map((key) => Number(one.getAttribute(key)))))"""
NAN = np.nan  # of a rule, which crosses the axes, only the one place matters


def number(text):
    """Return the number that a tick's label is."""
    return float(text.replace("−", "-").removeprefix("class "))


class Drawing:
    """A widget in a page, whose drawings can be read."""

    def __init__(self, widget):
        self.widget = widget

    def axes(self, nth=0, **scales):
        return Axes(self.widget.locator(".sx-axes").nth(nth), **scales)

    def read(self, parts):
        """Return the points of each of these parts, in pixels."""
        return [np.array(points, dtype=float) for points in self.widget.evaluate(READ, parts)]

    def bars_are(self, bars, shares, room=0.01):
        """Compare the lengths of bars with shares of their tracks."""
        lengths = self.widget.locator(bars).evaluate_all(LENGTHS)
        np.testing.assert_allclose(lengths, np.ravel(shares), atol=room)

    def pictures_are(self, pictures, grey):
        """Compare pictures of 8 × 8 cells with grey levels, each row by row."""
        found = np.zeros((len(grey), 8, 8))
        for picture, cells in zip(
            found, self.widget.locator(pictures).evaluate_all(PIXELS), strict=True
        ):
            for x, y, level in cells:
                picture[int(y), int(x)] = level
        np.testing.assert_allclose(found, np.reshape(grey, (-1, 8, 8)), atol=1e-6)

    def triangle_is(self, outline, names, dot, shares):
        """Compare a dot with the mean of the corners, weighted by the shares of those they name."""
        corners, (at,) = self.read(outline)[0], self.read(dot)[0]
        texts = self.widget.locator(names).all_text_contents()
        named = {}
        for (place,), text in zip(self.read(names), texts, strict=True):
            if found := re.match("a([₁₂₃])", text):
                named["₁₂₃".index(found[1])] = np.argmin(np.hypot(*(corners - place).T))
        assert sorted(named.values()) == [0, 1, 2]
        np.testing.assert_allclose(at, shares @ corners[[named[k] for k in range(3)]], atol=0.1)
        return corners[[named[k] for k in range(3)]]


class Axes:
    """A pair of axes: where a number lies is read off the ticks, which x and y make linear."""

    def __init__(self, node, x=number, y=number):
        self.node, self.scale = node, []
        ticks = node.evaluate(TICKS)
        for direction, linear in (("x", x), ("y", y)):
            own = [tick for tick in ticks if tick[0] == direction]
            lines, texts = (np.array([t[i + (direction == "y")] for t in own]) for i in (1, 3))
            np.testing.assert_allclose(lines, texts)  # each label stands at its line
            at = linear if isinstance(linear, range) else [linear(t[5]) for t in own]
            slope, start = np.polyfit(at, lines, 1)
            np.testing.assert_allclose(lines, slope * np.array(at) + start, atol=1e-3)
            self.scale.append((slope, start))

    def pixels(self, points):
        """Return where points of the data are drawn."""
        slope, start = np.transpose(self.scale)
        return np.array(points, dtype=float) * slope + start

    def read(self, parts):
        """Return the points of each of these parts, in pixels."""
        return [np.array(points, dtype=float) for points in self.node.evaluate(READ, parts)]

    def has(self, parts, *expected):
        """Compare the parts' points with those expected of each, in the data's units."""
        found = self.read(parts)
        assert len(found) == len(expected), parts
        for one, points in zip(found, expected, strict=True):
            where = self.pixels(points)
            assert one.shape == where.shape, parts
            known = ~np.isnan(where)
            np.testing.assert_allclose(one[known], where[known], atol=0.07, err_msg=parts)

    def curve(self, part, of, ends):
        """Compare a curve with a function, at its own places from one end to the other."""
        slope, start = self.scale[0]
        (found,) = self.read(part)
        x = (found[:, 0] - start) / slope
        np.testing.assert_allclose(x[[0, -1]], ends, atol=0.05 / slope)
        self.has(part, np.column_stack([x, [of(at) for at in x]]))


def conformal_sets(drawing, now):
    drawing.pictures_are(".sx-digit", np.reshape(now.pictures, (-1, 64)) / 16)


def delta_bars(drawing, now):
    above, below = drawing.axes(0), drawing.axes(1)
    a, y, delta = softmax(now.z), np.array(now.numbers()["y"]), now.gradient()

    def bars(heights, half):
        return [
            [[k - half, max(h, 0)], [k + half, min(h, 0)]] for k, h in enumerate(heights, start=1)
        ]

    above.has(".sx-fill", *bars(a, 0.25))
    above.has(".sx-delta-head", *[[[k, h]] for k, h in enumerate(a, start=1)])
    above.has(
        ".sx-delta-target", *[[[k - 0.36, h], [k + 0.36, h]] for k, h in enumerate(y, start=1)]
    )
    below.has(".sx-fill", *bars(delta, 0.25))
    below.has(".sx-delta-naive", *bars(a - y, 0.33))


def draw_digit(drawing, now):
    drawing.pictures_are(".sx-thumb svg", np.array([s["pixels"] for s in now.samples]) / 16)
    levels = drawing.widget.locator(".sx-cell").evaluate_all(
        "cells => cells.map((cell) => parseFloat(cell.style.getPropertyValue('--sx-level')))"
    )
    np.testing.assert_allclose(levels, np.array(now.pixels) / 0.16)
    drawing.bars_are(".sx-answers-bar .sx-track > span", np.transpose(now.outputs()))


def fit_temperature(drawing, now):
    z, temperatures = np.array(now.z), np.linspace(0.5, 4, 71)
    costs = [
        [softmax_loss(z / T, now.labels) for T in temperatures],
        [
            expected_calibration_error(softmax(z, temperature=T), now.labels, now.n_bins)
            for T in temperatures
        ],
    ]
    drawing.axes(0).has(".sx-diagonal", [[0, 0], [1, 1]])
    for nth, cost in enumerate(costs, start=1):
        ax = drawing.axes(nth)
        ax.has(".sx-line", np.column_stack([temperatures, cost]))
        ax.has(".sx-truth", [[now.T_fitted, NAN]] * 2)
        ax.has(".sx-cursor", [[now.T, NAN]] * 2)


def float_inspector(drawing, now):
    ax = drawing.axes(x=lambda text: np.arcsinh(number(text) / 2), y=range(5))
    edge = np.arcsinh(500)
    grid = np.linspace(-edge, edge, 441)
    steps = {name: loss_steps(2 * np.sinh(grid), now.dtype, name) for name in FORMULAS}
    most = -np.log10(np.finfo(now.dtype).eps)
    for series, result, truth in ((1, "loss", "true_loss"), (2, "gradient", "true_gradient")):
        for row, (name, s) in enumerate(steps.items()):
            kept = digits_kept(getattr(s, result), getattr(s, truth), now.dtype)
            found = ax.read(f".sx-line.sx-s{series}")[row]
            expected = ax.pixels(np.column_stack([grid, 3 - row + 0.62 * kept / most]))
            off = np.abs(found - expected).max(axis=1) > 0.2
            assert off.mean() < 0.02, (name, result)  # an exp may be rounded the other way
    ax.has(".sx-truth", [[np.arcsinh(now.margin / 2), NAN]] * 2)
    rows = ax.read(".fi-name")
    for row, (place,) in enumerate(rows):
        top, bottom = ax.pixels([[0, 4 - row], [0, 3 - row]])[:, 1]
        assert top < place[1] < bottom


def four_outputs(drawing, now):
    ax, z = drawing.axes(), now.z
    a = softmax(z, temperature=now.T)
    for k in range(4):
        series = f"sx-s{k + 1}"
        ax.curve(
            f".sx-line.{series}",
            lambda x, k=k: softmax([*z[:3], x], temperature=now.T)[k],
            (-5, 8),
        )
        ax.has(f".sx-point.{series}", [[z[3], a[k]]])
        assert ax.node.locator(f".sx-name.{series}").text_content() == f"a{'₁₂₃₄'[k]}"
    half = now.T * logsumexp(np.divide(z[:3], now.T))
    ax.has(".sx-truth", [[NAN, 0.5]] * 2, [[half, NAN]] * 2)
    ax.has(".sx-cursor", [[z[3], NAN]] * 2)
    drawing.bars_are(".sx-bars .sx-track > span", a)
    drawing.triangle_is(
        "path.sx-frame", ".sx-beside .sx-name", ".sx-beside circle", a[:3] / a[:3].sum()
    )


def logit_memory(drawing, now):
    ax = drawing.axes(x=lambda text: np.log10(number(text)), y=lambda text: np.log10(number(text)))
    ax.has(".sx-chance", [[NAN, np.log10(80)]] * 2)
    found = now.numbers()
    for series, key in ((2, "full_gb"), (1, "chunked_gb")):
        ax.has(f".sx-point.sx-s{series}", [[np.log10(now.vocabulary), np.log10(found[key])]])
        ends = []
        for words in (1000, 256_000):
            other = type(now)(tokens=now.tokens, vocabulary=words, chunk=now.chunk, dtype=now.dtype)
            ends.append([np.log10(words), np.log10(other.numbers()[key])])
        (path,) = ax.read(f".sx-line.sx-s{series}")
        np.testing.assert_allclose(path[[0, -1]], ax.pixels(ends), atol=0.07)


def lost_key(drawing, now):
    ax = drawing.axes(x=lambda text: np.log2(number(text)))
    counts = np.unique(np.round(2 ** np.linspace(0, 12, 49)).astype(int))
    ax.has(".sx-line", np.column_stack([np.log2(counts), now.weights(counts)]))
    ax.has(".sx-point", [[np.log2(now.n), now.weights([now.n])[0]]])
    ax.has(".sx-chance", [[NAN, 0.5]] * 2)
    # The strip has no ticks but its distractors: the key and their LSE lie on the same scale.
    distractors = now.distractors(now.n)
    places = drawing.read(".lk-ticks")[0][:, 0]
    scale = np.polyfit(distractors, places, 1)
    np.testing.assert_allclose(np.polyval(scale, distractors), places, atol=0.1)
    for part, z in ((".lk-strip .sx-s1", now.key()), (".lk-strip .sx-s2", logsumexp(distractors))):
        assert abs(drawing.read(part)[0][0, 0] - np.polyval(scale, z)) < 0.3
    assert scale[0] > 0


def pair_race(drawing, now):
    raced = now.races[f"{now.start}/{now.rates}"]
    ax, lanes = (
        drawing.axes(),
        np.array([raced[pair]["accuracy"] for pair in RUNNERS]),
    )  # (4, 3, 41)
    epochs = np.arange(now.epoch + 1)
    for series, (mean, least, most) in enumerate(lanes[..., : now.epoch + 1], start=1):
        ax.has(f".sx-line.sx-s{series}", np.column_stack([epochs, mean]))
        edge = np.column_stack([np.append(epochs, epochs[::-1]), np.append(most, least[::-1])])
        ax.has(f".sx-band.sx-s{series}", edge)
    ax.has(".sx-truth", [[NAN, 0.9]] * 2)
    ax.has(".sx-cursor", [[now.epoch, NAN]] * 2)
    drawing.bars_are(".sx-lane .sx-track > span", lanes[:, 0, now.epoch])


def rank_strip(drawing, now):
    ax = drawing.axes()
    for series, score in zip((1, 2), now.scores().values(), strict=True):
        fpr, tpr, _ = roc_curve(now.positive, score, drop_intermediate=False)
        ax.has(f".sx-line.sx-s{series}", np.column_stack([fpr, tpr]))
    ax.has(".sx-chance", [[0, 0], [1, 1]])
    keys = drawing.widget.locator(".sx-aucs path").evaluate_all(
        "keys => keys.map((key) => key.classList[1])"
    )
    assert keys == ["sx-s1", "sx-s2"]


def sampling(drawing, now):
    drawing.bars_are(".sx-sampling-before", softmax(now.z, temperature=now.T))
    drawing.bars_are(".sx-sampling-after", now.drawn())


def simplex_heatmap(drawing, now):
    a, J = softmax(now.z), softmax_jacobian(now.z)
    corners = drawing.triangle_is(".simplex-outline", ".sx-label", ".simplex-dot", a)
    # The ellipse: J u for all changes u of the logits that sum to 0 and have the length 1/2.
    ring = drawing.read(".simplex-ellipse")[0]
    shares = np.column_stack([ring, np.ones(len(ring))]) @ np.linalg.inv(
        np.column_stack([corners, np.ones(3)])
    )
    lengths = np.linalg.norm((shares - a) @ np.linalg.pinv(J), axis=1)
    np.testing.assert_allclose(lengths, 0.5, atol=0.02)


def single_neuron(drawing, now):
    hill, chart = drawing.axes(0), drawing.axes(1)
    paths = {cost: descend(now.weight, now.bias, cost, now.lr, 300) for cost in COSTS}
    z, a = paths[now.cost].z[now.step], paths[now.cost].a[now.step]
    rise = 1.8 * a * (1 - a)
    hill.curve(".sn-curve", sigmoid, (-8, 8))
    hill.has(".sn-tangent", [[z - 1.8, a - rise], [z + 1.8, a + rise]])
    hill.has(".sx-point", [[z, a]])
    steps = np.arange(now.step + 1)
    for series, path in enumerate(paths.values(), start=1):
        cost = path.cost[: now.step + 1] / path.cost[0]
        chart.has(f".sx-line.sx-s{series}", np.column_stack([steps, cost]))
    cost = paths[now.cost].cost
    chart.has(".sx-point", [[now.step, cost[now.step] / cost[0]]])
    end = min(now.step, first_below(paths[now.cost].a, 0.9))
    chart.has(".sn-stall", [[0, NAN], [end, NAN]])


def threshold_roc(drawing, now):
    y, m, found = now.positive, now.margin, now.numbers()
    recall, share = found["tp"] / sum(y), np.mean(y)
    fpr, tpr, _ = roc_curve(y, m, drop_intermediate=False)
    roc, pr = drawing.axes(0), drawing.axes(1)
    roc.has(".sx-line", np.column_stack([fpr, tpr]))
    roc.has(".sx-chance", [[0, 0], [1, 1]])
    roc.has(".sx-point", [[found["fp"] / (len(y) - sum(y)), recall]])
    precision, recalls, _ = precision_recall_curve(y, m)
    pr.has(".sx-line", np.column_stack([recalls, precision])[-2::-1])
    pr.has(".sx-chance", [[0, share], [1, share]])
    pr.has(".sx-point", [[recall, found["tp"] / (found["tp"] + found["fp"])]])
