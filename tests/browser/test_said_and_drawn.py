"""What every widget says and draws is what Python computes, and its axes are called as in print."""

import re
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from softmax_book import widgets
from softmax_book.data import load_run
from tests.browser import drawn, said
from tests.browser.conftest import opener
from tests.companion.test_widgets import DATA

# How each is moved once its question is answered.
MOVED = {
    "conformal_sets": "alpha=0.15",
    "delta_bars": "z=1,-2,0.5,2.5&target=two-hot",
    "draw_digit": "pixels="
    + ",".join(map(str, load_run("draw_digit")["results"]["samples"][1]["pixels"])),
    "fit_temperature": "T=1.5",
    "float_inspector": "margin=9&dtype=float16",
    "four_outputs": "z=2,-1,3,0.5&T=2&shift=1",
    "logit_memory": "tokens=4096&vocabulary=64000&chunk=1024&dtype=bfloat16",
    "lost_key": "n=64&c=0.6",
    "pair_race": "epoch=7",
    "rank_strip": "kind=adversarial&size=3",
    "sampling": "T=1.5&k=7&p=0.8",
    "simplex_heatmap": "z=1,0,0.5",
    "single_neuron": "weight=2.5&cost=cross-entropy&step=20",
    "threshold_roc": "t=-1.5",
}
KEEP = 'document.addEventListener("sx-awake", ({ detail }) => (window.model = detail.model))'


def made(name, state=None):
    """Return the Python widget of that name, in that state."""
    kind = {getattr(widgets, k).widget_name: k for k in widgets.__all__}[name]
    widget = getattr(widgets, kind)(**DATA.get(kind, {}))
    for trait, value in (state or {}).items():
        setattr(widget, trait, value)
    return widget


@pytest.fixture(scope="module", params=[getattr(widgets, k).widget_name for k in widgets.__all__])
def played(request, browser, site):
    """Return a widget whose question was answered and that was then moved, in page and Python."""
    name = request.param
    with opener(browser, site) as open_page:
        page = open_page(f"widgets/{name}.html", script=KEEP)
        widget = page.locator(f"[data-widget={name}] .sx-widget")

        def python():
            keys = type(made(name))._state_names()
            return made(
                name,
                page.evaluate("k => Object.fromEntries(k.map((k) => [k, model.get(k)]))", keys),
            )

        if name == "pair_race":
            for runner in widget.locator("[data-runner]").all()[:3]:
                runner.click()
            page.evaluate("location.hash = 'pair_race:epoch=40'")
            page.wait_for_function("model.get('epoch') === 40")
        else:
            widget.get_by_role("button", name="Reveal").click()
        then, answer = python(), widget.locator(".sx-answer").text_content()
        page.evaluate("([n, moved]) => (location.hash = `${n}:${moved}`)", [name, MOVED[name]])
        key, value = MOVED[name].split("&")[-1].split("=")
        page.wait_for_function("([k, v]) => String(model.get(k)) === v", arg=[key, value])
        yield SimpleNamespace(
            name=name,
            widget=widget,
            then=then,
            now=python(),
            answer=answer.strip().replace("\xa0", " "),
        )


def in_print(figure):
    """Return how the axes of a figure are called, those that have a name at the y-axis."""
    named = [ax for ax in figure.axes if ax.get_ylabel()]
    texts = [text for ax in named for text in (ax.get_xlabel(), ax.get_ylabel()) if text]
    plain = [text.replace("$", "").replace("_4", "₄") for text in texts]
    return [re.sub("[=+]", r" \g<0> ", text) for text in plain]


def test_it_says_what_python_computes(played):
    texts = getattr(said, played.name)(played.then, played.now)
    assert played.answer == texts.pop(said.ANSWER)
    if played.widget.locator(".sx-axes").count():
        texts.setdefault(said.LABELS, in_print(played.now.figure()))
    for place, text in texts.items():
        expect(played.widget.locator(place)).to_have_text(text)


def test_it_draws_what_python_computes(played):
    getattr(drawn, played.name)(drawn.Drawing(played.widget), played.now)
