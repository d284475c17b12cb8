"""The widgets' colours stand out from the page, in the book and in JupyterLab, light and dark."""

import re
from importlib.resources import files

import pytest

from tests.contrast import GRAPHICS, TEXT, contrast, over
from tests.sources import ROOT

WIDGETS = ROOT / "softmax_book" / "widgets"
SHEETS = [WIDGETS / "static" / "widgets.css", *sorted(WIDGETS.glob("*.css"))]
THEME = files("pydata_sphinx_theme") / "theme/pydata_sphinx_theme/static/styles"
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
# Colours say nothing here: faint grids, frames, tracks and bands, beside lines that do say it.
# A cell of paper is as dark as its pixel, and rings of the triangle lie on its own map.
QUIET = (
    r"sx-grid|sx-frame|track$|sx-band|sn-stall|sx-delta-grip|sx-cell\b"
    r"|simplex-(ring|dot|ellipse|middles)"
)


def rules(css):
    """Return the selectors and declarations of a style sheet, without its comments."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    pairs = RULE.findall(re.sub(r"@media[^{]*\{", "", css))
    return [
        (selector.strip(), dict(re.findall(r"([\w-]+):\s*([^;]+)", body)))
        for selector, body in pairs
    ]


def variables(dark):
    """Return the widgets' variables, the theme's beneath them, in a light page or a dark one."""
    theme = (THEME / "pydata-sphinx-theme.css").read_text()
    found = {}
    for selector, body in rules(theme):
        of_html = selector.split(",")[0]
        if of_html.startswith("html") and f"={'dark' if dark else 'light'}" in of_html.replace(
            '"', ""
        ):
            found |= {key: value for key, value in body.items() if key.startswith("--pst")}
    assert found["--pst-color-background"] == ("#14181e" if dark else "#fff")
    own = (body for _, body in rules(SHEETS[0].read_text()) if "--sx-1" in body)
    light, night, _ = own  # the third: forced colours, which are the reader's
    return found | light | (night if dark else {})


def rgba(value, names):
    """Return the colour that a declaration's value names: hex, var() or color-mix()."""
    value = value.strip().removesuffix(" !important")
    if match := re.search(r"color-mix\(in srgb, (.+?) (\d+)%, (.+)\)$", value):
        front, share = rgba(match[1], names), int(match[2]) / 100
        if match[3] == "transparent":
            return (*front[:3], share)
        back = rgba(match[3], names)
        return (*(share * f + (1 - share) * b for f, b in zip(front, back, strict=True)),)
    if match := re.search(r"var\((--[\w-]+)(?:, (.+))?\)", value):
        known = match[1] in names
        return rgba(names[match[1]] if known else match[2], names)
    digits = re.search(r"#([0-9a-f]{3,6})\b", value)[1]
    digits = digits if len(digits) == 6 else "".join(2 * digit for digit in digits)
    return (*(int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)), 1.0)


def colours(names):
    """Yield each colour that a widget draws with: its rule, the colour, and what it must reach."""
    for sheet in SHEETS:
        for selector, body in rules(sheet.read_text()):
            if re.search(QUIET, selector) or selector.startswith("html"):
                continue
            opacity = float(body.get("opacity", body.get("fill-opacity", 1)))
            if ":disabled" in selector or opacity < 0.3:
                continue  # what cannot be used may be faint
            for key in (
                "color",
                "fill",
                "stroke",
                "background",
                "border-bottom",
                "border",
                "outline",
            ):
                value = body.get(key, "")
                if not re.search(r"#[0-9a-f]{3}|--sx-(?!edge|ground|level)", value):
                    continue
                series = range(1, 7) if "--sx-series" in value else [None]
                for k in series:
                    own = names | ({"--sx-series": f"var(--sx-{k})"} if k else {})
                    is_text = key == "color" or re.search(r"-(name|label|tick|chosen)$", selector)
                    need = TEXT if is_text and key != "stroke" else GRAPHICS
                    shown = rgba(value, own)
                    yield (
                        f"{sheet.name}: {selector} {key} {k or ''}",
                        (*shown[:3], shown[3] * opacity),
                        need,
                    )


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["the page", "JupyterLab"])
def test_what_widgets_draw_stands_out(dark, ground):
    names = variables(dark)
    if ground == "JupyterLab":  # what its two themes set, without their transparency
        ink = ("#e2e2e2", "#999999", "#212121") if dark else ("#212121", "#757575", "#ffffff")
        names |= dict(zip(("--sx-ink", "--sx-muted", "--sx-ground"), ink, strict=True))
    back = rgba("var(--sx-ground)", names)[:3]
    seen = [
        (name, contrast(over(colour, back), back), need) for name, colour, need in colours(names)
    ]
    assert len(seen) > 60
    assert [f"{name}: {ratio:.2f}" for name, ratio, need in seen if ratio < need] == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_books_accent_can_be_read_on_its_tint(dark):
    sheet = rules((ROOT / "_static" / "book.css").read_text())
    own = next(b for s, b in sheet if s == ('html[data-theme="dark"]' if dark else "html"))
    tint = rgba(own["--book-tint"], {})[:3]
    theme = variables(dark)
    for color in (
        own["--book-accent"],
        "var(--pst-color-text-base)",
        "var(--pst-color-text-muted)",
    ):
        assert contrast(rgba(color, theme)[:3], tint) >= TEXT
