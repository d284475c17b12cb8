"""The race on the page: guess, play, scrub; every number from the committed run."""

import pytest

from softmax_book.widgets.pair_race import TITLES, PairRace

PAGE = "widgets/pair_race.html"
PAIRS = ["softmax+nll", "sigmoid+cross-entropy", "softmax+quadratic", "sigmoid+quadratic"]


def island(page):
    return page.locator(".softmax-island[data-widget=pair_race]")


def shown(page):
    """Return the accuracy shown for each pair."""
    return {
        pair: float(island(page).locator(f"[data-accuracy='{pair}']").inner_text())
        for pair in PAIRS
    }


def means(start, rates, epoch):
    """Return what the widget's data say."""
    race = PairRace(start=start, rates=rates).races[f"{start}/{rates}"]
    return {pair: race[pair]["accuracy"][0][epoch] for pair in PAIRS}


def test_the_order_is_asked_before_the_race(open_page):
    page = open_page(PAGE)
    play = island(page).get_by_role("button", name="Play")
    assert not play.is_visible()
    for pair in PAIRS[:3]:  # the fourth takes the place that is left
        island(page).locator(f"[data-runner='{pair}']").click()
    assert play.is_visible()
    places = [island(page).locator(f"[data-runner='{p}']").inner_text()[:2] for p in PAIRS]
    assert places == ["1.", "2.", "3.", "4."]
    slider = island(page).get_by_label("epoch", exact=True)
    slider.focus()
    page.keyboard.press("End")
    verdict = island(page).locator("[data-verdict]").inner_text()
    assert "You had 6 of the 6 pairs of runners in the right order" in verdict
    assert "softmax + quadratic never" in verdict


def test_a_wrong_order_is_told(open_page):
    page = open_page(PAGE)
    for pair in reversed(PAIRS):
        if island(page).locator(f"[data-runner='{pair}'][aria-pressed=false]").count():
            island(page).locator(f"[data-runner='{pair}']").click()
    island(page).get_by_label("epoch", exact=True).fill("40")
    assert "You had 0 of the 6" in island(page).locator("[data-verdict]").inner_text()


def test_a_race_that_is_running_may_be_moved_to_its_end(open_page):
    page = open_page(f"{PAGE}#pair_race:epoch=3")
    island(page).get_by_role("button", name="Play").click()
    island(page).get_by_label("epoch", exact=True).focus()
    page.keyboard.press("End")
    island(page).get_by_role("button", name="Play").wait_for()  # the clock has ticked once more
    assert shown(page) == pytest.approx(means("wrong", "common", 40), abs=6e-4)


@pytest.mark.parametrize(("start", "rates"), TITLES)
def test_scrubbing_shows_the_run(open_page, start, rates):
    page = open_page(f"{PAGE}#pair_race:start={start}&rates={rates}&epoch=12")
    assert shown(page) == pytest.approx(means(start, rates, 12), abs=6e-4)
    slider = island(page).get_by_label("epoch", exact=True)
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert shown(page) == pytest.approx(means(start, rates, 13), abs=6e-4)


def test_another_start_goes_back_to_epoch_0(open_page):
    page = open_page(f"{PAGE}#pair_race:epoch=40")
    island(page).get_by_label("default weights").check()
    assert shown(page) == pytest.approx(means("default", "common", 0), abs=6e-4)
    assert island(page).locator("[data-verdict]").inner_text() == ""


def test_play_runs_to_the_end_and_pause_stops(open_page):
    page = open_page(PAGE)
    page.clock.install(time=0)
    page.clock.pause_at(1000)  # from here on it moves when the test says so
    island(page).get_by_role("button", name="Skip the guess").click()
    island(page).get_by_role("button", name="Play").click()
    slider = island(page).get_by_label("epoch", exact=True)
    page.clock.run_for(500)
    stopped = slider.input_value()
    assert 0 < int(stopped) < 40
    island(page).get_by_role("button", name="Pause").click()
    page.clock.run_for(10_000)
    assert slider.input_value() == stopped
    island(page).get_by_role("button", name="Play").click()
    page.clock.run_for(10_000)
    assert slider.input_value() == "40"
    assert shown(page) == pytest.approx(means("wrong", "common", 40), abs=6e-4)
    assert island(page).get_by_role("button", name="Play").is_visible()


def test_reduced_motion_jumps_to_the_end(open_page):
    page = open_page(PAGE, reduced_motion="reduce")
    island(page).get_by_role("button", name="Skip the guess").click()
    island(page).get_by_role("button", name="Play").click()
    assert island(page).get_by_label("epoch", exact=True).input_value() == "40"
