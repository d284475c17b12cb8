"""What is wider than a phone says that it scrolls, and a keyboard reaches it."""

import itertools

WIDE = """() => [...document.querySelectorAll(".bd-article :is(div.math, div.highlight pre)")]
  .filter((part) => part.checkVisibility() && part.scrollWidth > part.clientWidth + 4)"""


def test_wide_code_and_formulas_fade_out_until_their_end_is_reached(open_page):
    page = open_page("chapters/05-backpropagation.html", width=360)
    wide = page.evaluate_handle(WIDE)
    masks = "(wide) => wide.map((part) => getComputedStyle(part).maskImage)"
    page.wait_for_function("(wide) => wide.every((part) => part.tabIndex === 0)", arg=wide)
    faded = page.evaluate(masks, wide)
    assert len(faded) >= 4
    assert all(mask.startswith("linear-gradient") for mask in faded)
    page.evaluate("(wide) => wide.forEach((part) => (part.scrollLeft = part.scrollWidth))", wide)
    page.wait_for_function(f"(wide) => ({masks})(wide).every((m) => m === 'none')", arg=wide)


def test_derivations_of_delta_fit_a_phone(open_page):
    page = open_page("chapters/05-backpropagation.html", width=360)
    over = page.evaluate("""() => [...document.querySelectorAll(".bd-article div.math")]
      .filter((part) => part.checkVisibility())
      .map((part) => part.scrollWidth - part.clientWidth)""")
    assert len(over) > 8
    assert max(over) < 60


def test_in_a_wide_window_no_code_is_cut(open_page):
    page = open_page("chapters/06-evaluation.html", width=1200)
    cut = page.evaluate(f"({WIDE})().filter((part) => part.matches('pre')).length")
    assert cut == 0


# The boxes of the bar's buttons and of the way back to the top, and the lower edge of the bar.
BAR = """() => {
  const parts = [...document.querySelectorAll(".bd-header-article button, #pst-back-to-top")];
  const boxes = parts.map((part) => part.getBoundingClientRect()).filter((box) => box.width);
  const sorted = boxes.sort((a, b) => a.left - b.left);
  return [sorted.map((box) => [box.left, box.right, box.bottom]),
    document.querySelector(".bd-header-article").getBoundingClientRect().bottom];
}"""


def test_the_way_back_to_the_top_covers_neither_words_nor_buttons_of_a_phone(open_page):
    page = open_page("chapters/09-attention.html", width=360, asleep=True)
    page.mouse.wheel(0, 3000)
    page.wait_for_function("scrollY > 2000")
    page.mouse.wheel(0, -300)
    page.locator("#pst-back-to-top").wait_for()
    boxes, bar = page.evaluate(BAR)
    assert len(boxes) > 5
    assert all(bottom <= bar for _, _, bottom in boxes)
    assert all(box[1] <= after[0] for box, after in itertools.pairwise(boxes))


def test_where_letters_are_twice_as_large_the_way_back_to_the_top_leaves_the_bar(open_page):
    page = open_page("chapters/09-attention.html", width=360, asleep=True)
    page.add_style_tag(content="html { font-size: 200% }")  # unlike the browser's own setting
    page.mouse.wheel(0, 3000)
    page.wait_for_function("scrollY > 2000")
    page.mouse.wheel(0, -300)
    way = page.locator("#pst-back-to-top")
    way.wait_for()
    _, bar = page.evaluate(BAR)
    assert bar < way.bounding_box()["y"] < 900 - 44
