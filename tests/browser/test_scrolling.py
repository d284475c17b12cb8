"""What is wider than a phone says that it scrolls, and a keyboard reaches it."""

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
