"""What a reader expects of any site: a dark mode that stays, code to copy, files, a way on."""

import pytest
from playwright.sync_api import expect

from tests.sources import HTML, ROOT

PAGE = "chapters/02-definition.html"
THEME = "document.documentElement.dataset.theme"


def test_the_dark_mode_is_kept_on_the_next_page(open_page, site):
    page = open_page(PAGE, asleep=True)
    button = page.locator("button.theme-switch-button:visible").first
    for _ in range(3):  # auto, light, dark: a press each
        if page.evaluate("document.documentElement.dataset.mode") != "dark":
            button.click()
    assert page.evaluate(THEME) == "dark"
    page.goto(f"{site}/chapters/03-probabilistic-interpretation.html")
    assert page.evaluate(THEME) == "dark"


@pytest.mark.parametrize("width", [1200, 360])
def test_the_buttons_above_a_page_keep_the_focus_of_the_keyboard(open_page, width):
    page = open_page(PAGE, width=width, asleep=True)
    buttons = page.locator(".bd-header-article button[data-bs-toggle=tooltip]:visible")
    assert buttons.count() >= 2
    for button in buttons.all():
        button.press("Enter")
        page.keyboard.press("Escape")
        expect(button).to_be_focused()


def test_the_buttons_above_a_page_say_what_is_on(open_page):
    page = open_page(PAGE, asleep=True)
    colours = page.locator("button.theme-switch-button:visible")
    for mode in ("dark", "light", "auto"):  # as the system is light
        colours.press("Enter")
        expect(colours).to_have_accessible_name(f"Colour mode: {mode}")
    expect(page.get_by_role("tooltip")).to_have_text("Colour mode")
    contents = page.get_by_role("button", name="Contents of the book")
    expect(contents).to_have_attribute("aria-expanded", "true")
    contents.press("Enter")
    expect(contents).to_have_attribute("aria-expanded", "false")
    page.set_viewport_size({"width": 360, "height": 700})
    contents.press("Enter")
    expect(page.locator("a[aria-current=page]")).to_have_text("2. Definition")
    page.keyboard.press("Escape")
    expect(contents).to_have_attribute("aria-expanded", "false")
    expect(page.get_by_role("button", name="Contents of this page")).to_be_visible()


def test_on_a_phone_the_contents_are_closed_until_they_are_asked_for(open_page):
    page = open_page(PAGE, width=360, asleep=True)
    for name in ("Contents of the book", "Contents of this page", "Search"):
        button = page.get_by_role("button", name=name)
        assert button.get_attribute("aria-expanded") in (None, "false")
        button.press("Enter")
        expect(page.get_by_role("dialog", name=name)).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize("how", ["tap", "key"])
def test_on_a_phone_the_contents_give_way_to_the_section_that_is_chosen(open_page, how):
    page = open_page("front/first-aid.html", width=360, has_touch=True, asleep=True)
    button = page.get_by_role("button", name="Contents of this page")
    section = page.get_by_role("dialog").get_by_role("link", name="Explodes")
    for _ in range(2):  # the second time it is the address's already
        page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
        if how == "tap":
            button.tap()
            section.tap()
        else:
            button.press("Enter")
            section.press("Enter")
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.get_by_role("heading", name="Explodes")).to_be_in_viewport()
        page.keyboard.press("Tab")  # goes on from there
        assert page.evaluate("document.activeElement.closest('#explodes') !== null")


def test_on_a_phone_the_open_page_s_own_link_closes_the_contents_and_a_new_tab_is_one(open_page):
    page = open_page(PAGE, width=360, asleep=True)
    page.get_by_role("button", name="Contents of this page").press("Enter")
    with page.context.expect_page():
        page.get_by_role("dialog").get_by_role("link").nth(1).click(modifiers=["ControlOrMeta"])
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Contents of the book").press("Enter")
    page.get_by_role("dialog").locator('a[href="#"]').click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_copy_button_copies_no_prompt_and_nothing_printed(open_page):
    page = open_page("front/first-aid.html", permissions=["clipboard-read", "clipboard-write"])
    page.locator(".highlight-pycon").hover()
    page.locator(".highlight-pycon .copybtn").click()
    page.wait_for_function("async () => (await navigator.clipboard.readText()).startsWith('imp')")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "\nfor _ in range(200):\n    h = rng" in copied
    assert copied.rstrip().endswith("print(rises, longest <= np.sqrt(2))")


def test_a_copy_button_copies_the_code_and_nothing_else(open_page):
    page = open_page(PAGE, permissions=["clipboard-read", "clipboard-write"])
    buttons = page.locator(".cell_input button.copybtn")
    assert buttons.count() > 5
    assert page.locator(".cell_output button.copybtn").count() == 0
    named = "buttons => buttons.map((button) => button.ariaLabel)"
    names = page.locator("button.copybtn").evaluate_all(named)
    assert len(set(names)) == len(names)
    page.evaluate("""() => {
      const status = document.querySelector("body > [role=status]");
      new MutationObserver(() => (window.said ||= status.innerText))
        .observe(status, { childList: true });
    }""")
    for index in range(3):
        button = buttons.nth(index)
        name = button.get_attribute("aria-label")
        button.scroll_into_view_if_needed()
        button.evaluate("button => button.closest('details')?.setAttribute('open', '')")
        code = button.locator("xpath=..").locator("pre").text_content()
        button.locator("xpath=..").hover()
        button.press("Enter")
        page.wait_for_function(
            "async code => (await navigator.clipboard.readText()) === code.replace(/\\n$/, '')",
            arg=code,
        )
        assert name.startswith("Copy ")
        assert name.endswith(": " + code.strip().split("\n")[0])
        assert button.get_attribute("aria-label") == "Copied"
        expect(button).to_be_focused()
    assert page.evaluate("window.said") == "Copied"


@pytest.mark.parametrize("path", [PAGE, "index.html", "chapters/ledger.html"])
def test_what_the_download_menu_offers_is_there(open_page, site, path):
    page = open_page(path, asleep=True)
    offered = page.locator(".dropdown-download-buttons a[href]")
    addresses = offered.evaluate_all("links => links.map((link) => link.href)")
    assert any(address.endswith(".ipynb") for address in addresses)
    names = page.locator(".dropdown-download-buttons .dropdown-item").all_text_contents()
    assert {"this notebook", "print this page"} <= {name.strip() for name in names}
    for address in addresses:
        assert page.request.get(address).ok, address


def test_the_notebook_that_is_saved_is_the_committed_one(open_page, site):
    page = open_page(PAGE, asleep=True)
    link = page.locator(".dropdown-download-buttons a[href$='.ipynb']").first
    saved = page.request.get(link.evaluate("link => link.href")).body()
    assert saved == (ROOT / "chapters" / "02-definition.ipynb").read_bytes()


def test_the_404_page_works_from_any_depth(open_page, site):
    lost = (HTML / "404.html").read_text(encoding="utf-8")
    page = open_page("an/old/address.html", answers={"**/an/old/address.html": lost})
    assert page.locator("article h1").inner_text().strip()
    display = page.evaluate("getComputedStyle(document.querySelector('.bd-sidebar')).display")
    assert display != "inline", "its style has not come"
    links = page.locator("main a[href], .bd-sidebar a[href]")
    addresses = set(links.evaluate_all("links => links.map((a) => a.href.split('#')[0])"))
    addresses.discard(page.url)
    assert len(addresses) > 15
    for address in addresses:
        assert page.request.get(address).ok, address


def test_every_page_has_its_icon(open_page):
    page = open_page(PAGE, asleep=True)
    icon = page.locator("link[rel~=icon]").first.evaluate("link => link.href")
    assert page.request.get(icon).ok


@pytest.mark.parametrize("path", [PAGE, "chapters/06-evaluation.html"])
def test_a_finger_moves_a_slider_on_a_phone(open_page, path):
    page = open_page(path, width=360, height=740, has_touch=True, is_mobile=True)
    page.wait_for_selector(".sx-widget input[type=range]:visible")
    slider = page.locator(".sx-widget input[type=range]:visible").first
    slider.scroll_into_view_if_needed()
    before, box = slider.input_value(), slider.bounding_box()
    assert box["height"] >= 24
    page.touchscreen.tap(box["x"] + 0.85 * box["width"], box["y"] + box["height"] / 2)
    assert slider.input_value() != before
    assert page.evaluate("document.documentElement.scrollWidth") == 360


VALUES = "[...document.querySelectorAll('.sx-slider input')].map((input) => input.value).join()"


def swipe(page, box, dx, dy):
    """Move a finger from a place within the box, in sixteen steps."""
    session = page.context.new_cdp_session(page)
    x, y = box["x"] + 0.3 * box["width"], box["y"] + box["height"] / 2
    for i in range(16):
        kind = "touchMove" if i else "touchStart"
        points = [{"x": x + i * dx, "y": y + i * dy}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        page.evaluate("new Promise(requestAnimationFrame)")
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


@pytest.mark.parametrize("what", [".sx-slider input[type=range]:visible >> nth=1", "svg.sx-drag"])
def test_a_finger_that_scrolls_moves_no_slider(open_page, what):
    """And one that moves sideways does."""
    page = open_page(
        "chapters/02-definition.html", width=360, height=740, has_touch=True, is_mobile=True
    )
    target = page.locator(what).first
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    before, top = page.evaluate(VALUES), page.evaluate("scrollY")
    swipe(page, box, 6, 0)
    moved = page.evaluate(VALUES)
    assert moved != before
    assert page.evaluate("scrollY") == top
    swipe(page, box, 0.2, -10)
    page.wait_for_function("(top) => scrollY > top + 50", arg=top)
    assert page.evaluate(VALUES) == moved


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("chapters/a-softmax-properties.html", ".simplex-triangle svg"),
        ("chapters/03-probabilistic-interpretation.html", ".sx-paper"),
    ],
)
def test_a_finger_that_scrolls_past_a_surface_changes_nothing(open_page, path, what):
    page = open_page(path, width=360, height=740, has_touch=True, is_mobile=True)
    target = page.locator(what).first
    target.scroll_into_view_if_needed()
    shown = """(node) => [...node.closest(".sx-widget").querySelectorAll("input, .sx-cell")]
      .map((part) => part.value ?? part.getAttribute("style")).join()"""
    before, top = target.evaluate(shown), page.evaluate("scrollY")
    swipe(page, target.bounding_box(), 0.2, -10)
    page.wait_for_function("(top) => scrollY > top + 50", arg=top)
    assert target.evaluate(shown) == before
    swipe(page, target.bounding_box(), 6, 0)
    page.wait_for_function(
        f"([node, before]) => ({shown})(node) !== before", arg=[target.element_handle(), before]
    )


def test_the_contents_open_on_a_phone(open_page):
    page = open_page(PAGE, width=360, height=740, has_touch=True, is_mobile=True)
    entry = page.locator("dialog, .bd-sidebar-primary").locator("a", has_text="Backpropagation")
    assert not entry.first.is_visible()
    page.locator(".primary-toggle:visible").first.tap()
    page.locator("a:visible", has_text="Backpropagation").first.tap()
    page.wait_for_url("**/chapters/05-backpropagation.html")


OLD = "chapters/d-softmax-at-work.html"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", "09-attention.html"),
        ("#no-such-part", "09-attention.html#no-such-part"),
        ("#sec-work-policy", "10-choosing-comparing.html#sec-choose-policy"),
        ("#sampling:T=2&p=0.9", "10-choosing-comparing.html#sampling:T=2&p=0.9"),
    ],
)
def test_an_address_of_a_page_that_was_taken_apart_leads_on(browser, site, old, new):
    page = browser.new_page()
    page.goto(f"{site}/{OLD}{old}")
    page.wait_for_url(f"{site}/chapters/{new}")
    page.close()
