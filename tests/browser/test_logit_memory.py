"""The memory of the logits: the question first, then the sliders, by keyboard and mouse."""

import pytest

from softmax_book.widgets import LogitMemory
from tests.browser.widget import opener


@pytest.fixture
def memory(open_page):
    """Return memory(hash="", **context): the widget on its page."""
    return opener(open_page, "logit_memory")


def shown(widget):
    """Return full and chunked in GB, as the page says them."""
    texts = [widget.locator(f"[data-number={n}]").text_content() for n in ("full", "chunked")]
    return [float(t.split()[0]) / (1000 if t.endswith("MB") else 1) for t in texts]


def expected(**state):
    numbers = LogitMemory(**state).numbers()
    return pytest.approx([numbers["full_gb"], numbers["chunked_gb"]], rel=5e-3)


def test_a_guess_and_then_the_memory(memory):
    page, widget = memory()
    assert not widget.get_by_label("chunk", exact=True).is_visible()
    widget.locator(".sx-predict input").focus()
    page.keyboard.press("ArrowRight")
    widget.get_by_role("button", name="Reveal").click()
    answer = widget.locator(".sx-answer").text_content()
    assert "You said 1.1 GB" in answer
    assert "8.4 GB" in answer
    assert shown(widget) == expected()
    assert widget.get_by_label("chunk", exact=True).is_visible()


def test_keys_move_the_sizes(memory):
    page, widget = memory("#logit_memory:revealed=true")
    for label, key, state in (
        ("tokens", "ArrowRight", {"tokens": 16384}),
        ("chunk", "ArrowLeft", {"tokens": 16384, "chunk": 2048}),
        ("words in the vocabulary", "Home", {"tokens": 16384, "chunk": 2048, "vocabulary": 1000}),
    ):
        widget.get_by_label(label, exact=True).focus()
        page.keyboard.press(key)
        assert shown(widget) == expected(**state)
    widget.get_by_label("bfloat16").check()
    assert shown(widget) == expected(**state, dtype="bfloat16")


def test_a_link_sets_the_state(memory):
    state = {"tokens": 1024, "vocabulary": 50_000, "chunk": 512, "dtype": "float64"}
    link = "&".join(f"{key}={value}" for key, value in state.items())
    _, widget = memory(f"#logit_memory:revealed=true&{link}")
    assert shown(widget) == expected(**state)


def test_dots_lie_where_the_numbers_are(memory):
    _, widget = memory("#logit_memory:revealed=true&tokens=4096&vocabulary=64000")
    lines = widget.locator(".sx-line")
    dots = widget.locator(".sx-point")
    for i in range(2):
        path = widget.locator("svg.sx-axes .sx-line").nth(i)
        near = path.evaluate(
            """(path, dot) => {
              const [x, y] = dot;
              const at = Array.from({ length: 2001 }, (_, i) =>
                path.getPointAtLength((i / 2000) * path.getTotalLength()));
              return Math.min(...at.map((p) => Math.hypot(p.x - x, p.y - y)));
            }""",
            dots.nth(i).evaluate("d => [+d.getAttribute('cx'), +d.getAttribute('cy')]"),
        )
        assert near < 1
    assert lines.count() >= 2


def test_what_moves_and_what_is_watched_fit_one_phone_screen(memory):
    _, widget = memory("#logit_memory:revealed=true", width=360)
    top = widget.locator(".sx-choice").bounding_box()["y"]
    plot = widget.locator("svg.sx-axes").bounding_box()
    assert plot["y"] + plot["height"] - top < 740


@pytest.mark.parametrize("width", [360, 1200])
def test_nothing_sticks_out(memory, width):
    _, widget = memory("#logit_memory:revealed=true", width=width)
    assert widget.evaluate("e => e.scrollWidth - e.clientWidth") <= 0


def test_without_javascript_there_is_a_picture(memory):
    page, _ = memory(java_script_enabled=False)
    assert page.locator("[data-widget=logit_memory] img").first.is_visible()


@pytest.mark.parametrize(
    "sizes",
    [
        "tokens=256&vocabulary=1000&chunk=256&dtype=bfloat16",
        "tokens=1048576&vocabulary=256000&chunk=262144&dtype=float64",
    ],
)
def test_the_ends_of_the_sliders_lie_in_the_picture(memory, sizes):
    _, widget = memory(f"#logit_memory:revealed=true&{sizes}", width=360)

    def number(part, name):
        return float(part.get_attribute(name))

    frame = widget.locator("clipPath rect").first
    for dot in widget.locator(".sx-point").all():
        for start, size, centre in (("x", "width", "cx"), ("y", "height", "cy")):
            low, r = number(frame, start), number(dot, "r")  # the dot is whole
            assert low + r <= number(dot, centre) <= low + number(frame, size) - r
    left = widget.locator(".sx-axes").bounding_box()["x"]
    assert all(name.bounding_box()["x"] >= left for name in widget.locator(".sx-tick").all())
