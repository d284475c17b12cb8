"""What chapter 3's widgets accept, say and show without JavaScript."""

import doctest
import importlib
import json

import numpy as np
import pytest
from traitlets import TraitError

from softmax_src import softmax_loss
from softmax_src.data import load_run
from softmax_src.widgets import DrawDigit, FitTemperature

Z, LABELS = [[2, 0], [2, 0], [2, 0], [2, 0]], [0, 0, 0, 1]


@pytest.mark.parametrize("name", ["draw_digit", "fit_temperature"])
def test_examples(name):
    result = doctest.testmod(importlib.import_module(f"softmax_src.widgets.{name}"))
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"pixels": [0] * 63},
        {"pixels": [17] * 64},
        {"network": {}},
        {"network": {"hidden": {"W": [[0.0]], "b": [0.0]}}},
        {"samples": [{"label": 3, "pixels": [0] * 63}]},
        {"samples": [{"pixels": [0] * 64}]},
        {"pixel": [0] * 64},
    ],
    ids=str,
)
def test_draw_digit_refuses(wrong):
    with pytest.raises(TraitError):
        DrawDigit(**wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"z": [1, 2]},
        {"labels": [0, 0, 0]},
        {"labels": [0, 0, 0, 2]},
        {"labels": [0, 0, 0, -1]},
        {"T": 0.1},
        {"T": float("nan")},
        {"T_fitted": 9},
        {"n_bins": 1},
    ],
    ids=str,
)
def test_fit_temperature_refuses(wrong):
    with pytest.raises(TraitError):
        FitTemperature(**({"z": Z, "labels": LABELS, "T_fitted": 1.82} | wrong))


def test_the_rounded_logits_change_no_answer_and_hardly_a_cost():
    example = load_run("calibration")["results"]["example"]
    z, labels = np.array(example["z"]), example["labels"]
    widget = FitTemperature(z, labels, example["T"])
    held = np.array(widget.state()["z"])
    assert np.array_equal(held.argmax(axis=1), z.argmax(axis=1))
    assert np.all((held == 0).sum(axis=1) == 1), "no ties"
    assert np.abs(held - (z - z.max(axis=1, keepdims=True))).max() <= 0.1
    assert widget.numbers()["nll"] == pytest.approx(softmax_loss(z, labels), abs=0.002)


def test_outputs_follow_the_network_that_is_given():
    flat = {"W": np.zeros((10, 30)).tolist(), "b": [0.0] * 9 + [np.log(11)]}
    network = DrawDigit().network | {"softmax": flat}
    a, _ = DrawDigit(network=network).outputs()
    np.testing.assert_allclose(a, [0.05] * 9 + [0.55])


def test_a_page_holds_little():
    example = load_run("calibration")["results"]["example"]
    fit = FitTemperature(example["z"], example["labels"], example["T"])
    for widget, kB in ((DrawDigit(), 22), (fit, 30)):
        assert len(json.dumps(widget.state(), separators=(",", ":"))) < 1000 * kB
