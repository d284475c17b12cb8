"""What every widget accepts, says and shows without JavaScript."""

import base64
import json

import numpy as np
import pytest
from traitlets import TraitError

from softmax_book import widgets
from softmax_book.data import load_run
from softmax_book.widgets import DrawDigit, FitTemperature
from softmax_book.widgets._base import Number, Numbers, rounded
from softmax_book.widgets._island import MIME, IslandPlugin
from softmax_src import softmax_loss

Z, LABELS = [[2, 0], [2, 0], [2, 0], [2, 0]], [0, 0, 0, 1]
# Those that cannot be made without data.
DATA = {
    "ConformalSets": {
        "p": [[0.9, 0.1], [0.6, 0.4]],
        "labels": [0, 1],
        "scores": [0.1, 0.2, 0.5],
        "pictures": [[0.5] * 64],
        "shown": [1],
    },
    "FitTemperature": {"z": Z, "labels": LABELS, "T_fitted": 1.82},
    "RankStrip": {"z": Z, "labels": LABELS, "k": 1},
    "ThresholdRoc": {"margin": [-1.0, 2.0, 40.0], "positive": [False, True, True], "k": 3},
}


@pytest.fixture(params=widgets.__all__)
def widget(request):
    """Each widget in turn, in its default state."""
    return getattr(widgets, request.param)(**DATA.get(request.param, {}))


def test_four_ways_to_be_shown(widget):
    data, _ = widget._repr_mimebundle_()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == widget.model_id
    assert data[MIME] == {"widget": widget.widget_name, "state": widget.state()}
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert len(data["image/png"]) < 100_000
    assert data["text/plain"] == repr(widget)


def test_its_text_is_the_same_for_every_instance(widget):
    again = type(widget)(**DATA.get(type(widget).__name__, {}))
    assert repr(again) == repr(widget)
    assert repr(widget).startswith(f"{type(widget).__name__}: ")
    assert " = " in repr(widget)


def test_its_state_is_short_plain_json(widget):
    state = widget.state()
    assert state
    text = json.dumps(state, allow_nan=False)
    assert json.loads(text) == state == rounded(state)


def test_an_unknown_trait_is_refused_by_name(widget):
    name = type(widget).__name__
    with pytest.raises(
        TraitError, match=f"{name} has no trait zzz; it takes .*{min(widget.state())}"
    ):
        type(widget)(**DATA.get(name, {}), zzz=1)


def test_its_style_is_its_own_and_everyones(widget):
    assert ".sx-widget" in widget._css
    assert widget._esm.count("export default") == 1


def test_the_build_takes_up_a_widget_and_nothing_else():
    class Data:
        mime_type, content = MIME, {"widget": "w", "state": {"note": "</script>"}}

    (node,) = IslandPlugin.handle_mime(None, Data, inline=False)
    assert node.astext() == '{"widget":"w","state":{"note":"<\\/script>"}}'
    assert json.loads(node.astext()) == Data.content
    assert IslandPlugin.handle_mime(None, Data, inline=True) is None
    Data.mime_type = "text/html"
    assert IslandPlugin.handle_mime(None, Data, inline=False) is None


def test_numbers_are_rounded_to_six_digits():
    value = {"a": [1 / 3, (2.0, 1e6)], "b": np.array([1e-7 / 3]), "c": np.int64(3), "d": "text"}
    assert rounded(value) == {"a": [0.333333, [2, 1e6]], "b": [3.33333e-8], "c": 3, "d": "text"}
    assert isinstance(rounded(2.0), int)
    assert isinstance(rounded(np.int64(3)), int)


def tries(rule):
    """Yield (value, whether the rule takes it): inside, at and just outside each bound.

    A rule that says nothing of its values ({}) yields none.
    """
    if "among" in rule:
        yield from ((value, True) for value in rule["among"])
        yield from ((value, False) for value in ("none of these", 2, None))
    elif rule.get("of"):
        length = 3 if rule["list"] is None else rule["list"]
        good = next(value for value, taken in tries(rule["of"]) if taken)
        yield from (([good] * (length - 1) + [v], taken) for v, taken in tries(rule["of"]))
        yield from (([good] * n, rule["list"] is None) for n in (length - 1, length + 1))
        yield good, False
    elif "number" in rule:
        whole = rule.get("whole", False)
        step = 1 if whole else 1e-9
        for end, outwards in zip(rule["number"], (-1, 1), strict=True):
            if end is None:
                yield outwards * 10**12, True
            else:
                yield from ((end - outwards * step, True), (end, True))
                yield end + outwards * step, False
        low, high = rule["number"]
        yield (low if low is not None else (high or 0) - 1) + 0.5, not whole
        yield from ((value, False) for value in (np.nan, np.inf, -np.inf, "one", "0.5", None))


def holds(widget, name, value):
    """Say whether a trait takes a value as it is: neither refused nor made into another."""
    try:
        setattr(widget, name, value)
    except TraitError:
        return False
    return getattr(widget, name) == value


def test_the_pages_rules_are_those_of_the_class(widget):
    rules, state = type(widget).rules(), widget.state()
    assert list(rules) == list(state)
    free = {name for name, rule in rules.items() if not any(tries(rule))}
    assert free <= {"network", "samples", "races"}, "nobody can set these by a link"
    for name, rule in rules.items():
        for value, taken in tries(rule):
            assert holds(widget, name, value) == taken, (name, value)
        for value in getattr(widget.traits()[name], "values", ()):  # of a choice, every one
            assert value in rule["among"]
    for name, value in state.items():
        assert holds(widget, name, value), f"{name}: what a page starts from"


def test_number_traits_refuse_what_is_not_finite():
    class Holder(widgets._base.traitlets.HasTraits):
        x = Number(0.0, min=-1, max=1)
        v = Numbers([1, 2], length=2)

    holder = Holder(x="0.5", v=np.array([3, 4]))
    assert (holder.x, holder.v) == (0.5, [3.0, 4.0])
    holder.v = (5, 6)
    assert holder.v == [5.0, 6.0]
    for wrong in (np.inf, np.nan, "one", 1.1, -1.1):
        with pytest.raises(TraitError):
            holder.x = wrong
    for wrong in ([1.0], [1.0, 2.0, 3.0], [1.0, np.nan]):
        with pytest.raises(TraitError):
            holder.v = wrong


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"T": -1}, "'T' .* expected a finite number from 0.1 to 10, not the int -1"),
        ({"z": [1, 2, 99, 3]}, "'z' .* expected a finite number from -5 to 8, not the int 99"),
        ({"z": [1, 2, 3]}, "z of FourOutputs is a list of 4 numbers, not of 3"),
    ],
)
def test_what_is_refused_says_what_is_accepted(wrong, said):
    with pytest.raises(TraitError, match=said):
        widgets.FourOutputs(**wrong)


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
