"""The single neuron in a browser: guess, run, step, start over, by mouse and by keyboard."""

from softmax_src.neuron import descend, first_below
from tests.browser.widget import TEN_FRAMES

PAGE = "widgets/single_neuron.html"


def cell(page, name):
    return page.locator(f'[data-cell="{name}"]').inner_text()


def test_guess_then_reveal(open_page):
    page = open_page(PAGE)
    assert cell(page, "step") == "0"
    guess = page.get_by_label("Guess: after how many steps")
    guess.focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Reveal").click()
    answer = page.locator(".sx-answer").inner_text()
    assert answer == "After 168 steps. You guessed 25."
    assert cell(page, "step") == "300"
    assert cell(page, "stall") == "150 steps"


def test_the_second_cost_appears_when_it_is_chosen(open_page):
    page = open_page(f"{PAGE}#single_neuron:step=100")
    second = page.locator(".sx-axes .sx-line.sx-s2")
    assert not second.is_visible()
    page.get_by_label("cross-entropy").check()
    assert second.is_visible()
    page.get_by_label("quadratic", exact=True).check()
    assert second.is_visible()  # for comparison


def test_short_stalls_are_named_too(open_page):
    """At w = 2, b = 2, the second of the three questions."""
    page = open_page(f"{PAGE}#single_neuron:weight=2&bias=2&step=300", width=360)
    stall = first_below(descend(2, 2, steps=300).a, 0.9)
    assert stall == 53
    word = page.locator(".sx-axes").get_by_text(f"stall: {stall} steps")
    box, plot = word.bounding_box(), page.locator("svg.sx-axes").nth(1).bounding_box()
    assert plot["x"] <= box["x"]
    assert box["x"] + box["width"] <= plot["x"] + plot["width"]


def test_no_curve_runs_through_the_name_of_a_stall(open_page):
    """The quadratic cost stays near its start, where the short stall of the other one is named."""
    for width in (1200, 360):
        page = open_page(f"{PAGE}#single_neuron:cost=cross-entropy&step=300", width=width)
        plot = page.locator("svg.sx-axes").nth(1)
        word = plot.get_by_text("stall: 3 steps").bounding_box()
        for curve in plot.locator(".sx-line").all():
            assert word["y"] + word["height"] < curve.bounding_box()["y"]


def test_one_step_is_not_called_steps(open_page):
    page = open_page(f"{PAGE}#single_neuron:cost=cross-entropy&lr=2&step=300")
    assert cell(page, "stall") == "1 step"


def test_a_running_neuron_does_not_move_its_picture(open_page):
    for width in (1200, 360):
        page = open_page(PAGE, width=width)
        plot = page.locator("svg.sx-axes").first
        run = page.get_by_role("button", name="Run")
        run.scroll_into_view_if_needed()
        at = plot.bounding_box()
        run.click()
        page.get_by_role("button", name="Pause").wait_for()
        assert plot.bounding_box() == at


def test_step_by_step_it_does_what_the_network_does(open_page):
    page = open_page(PAGE)
    page.get_by_label("cross-entropy").check()
    path = descend(3, 2, "cross-entropy", 0.5, steps=3)
    for step in (1, 2, 3):
        page.get_by_role("button", name="One step").press("Enter")
        assert cell(page, "step") == str(step)
        assert cell(page, "a") == f"{path.a[step]:.3f}"
    page.get_by_role("button", name="Start over").click()
    assert (cell(page, "step"), cell(page, "a")) == ("0", "0.993")


def test_run_and_pause(open_page):
    page = open_page(PAGE)
    page.get_by_role("button", name="Run").click()
    button = page.get_by_role("button", name="Pause").element_handle()
    # pressed in the page, which may be at the end before a press from here arrives
    page.wait_for_function(
        "(button) => Number(document.querySelector('[data-cell=step]').textContent) > 3"
        " && (button.click(), true)",
        arg=button,
    )
    step = cell(page, "step")
    page.evaluate(TEN_FRAMES)  # a running neuron takes a step a frame
    assert cell(page, "step") == step
    assert 3 < int(step) < 300


def test_reduced_motion_jumps_to_the_end(open_page):
    page = open_page(PAGE, reduced_motion="reduce")
    page.get_by_role("button", name="Run").click()
    assert cell(page, "step") == "300"
    assert cell(page, "a") == f"{descend(3, 2, 'quadratic', 0.5).a[300]:.3f}"


def test_another_start_begins_again(open_page):
    page = open_page(f"{PAGE}#single_neuron:step=50")
    assert cell(page, "step") == "50"
    weight = page.get_by_label("start weight")
    weight.focus()
    page.keyboard.press("ArrowRight")
    assert cell(page, "step") == "0"
    assert cell(page, "a") == f"{descend(3.1, 2).a[0]:.3f}"


def test_an_answer_goes_with_the_start_it_spoke_of(open_page):
    page = open_page(PAGE)
    page.get_by_role("button", name="Reveal").click()
    assert page.locator(".sx-answer").inner_text().startswith("After 168 steps")
    page.get_by_label("start weight").press("ArrowRight")
    assert page.locator(".sx-answer").text_content() == ""


def test_reveal_says_so_when_300_steps_are_not_enough(open_page):
    page = open_page(f"{PAGE}#single_neuron:weight=4&bias=4")
    page.get_by_role("button", name="Reveal").click()
    assert "After more than 300 steps" in page.locator(".sx-answer").inner_text()
