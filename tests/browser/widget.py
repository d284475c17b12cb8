"""What the tests of single widgets share: a widget on a page of its own, its time, and its room."""

# In the page: wait as long as ten frames take, which is what moves a widget, and not the clock.
TEN_FRAMES = """async () => {
  for (let frame = 0; frame < 10; frame += 1) await new Promise(requestAnimationFrame);
}"""


def opener(open_page, name):
    """Return open_widget(hash="", **context): a widget of that name, on its own page."""

    def open_widget(hash="", **context):
        page = open_page(f"widgets/{name}.html{hash}", **context)
        return page, page.locator(f"[data-widget={name}] .sx-widget")

    return open_widget


def sticking_out(widget, parts):
    """Return those parts of a widget that reach over its left or right edge."""
    return widget.evaluate(
        """(widget, parts) => {
          const room = widget.getBoundingClientRect();
          const out = (box) => box.left < room.left - 1 || box.right > room.right + 1;
          return [...widget.querySelectorAll(parts)]
            .filter((part) => part.checkVisibility() && out(part.getBoundingClientRect()))
            .map((part) => part.outerHTML);
        }""",
        parts,
    )
