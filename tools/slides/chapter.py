"""What a built chapter holds, piece by piece, by label."""

import json
import re
from pathlib import Path
from urllib.parse import quote

TAG = re.compile(r"<(/?)(\w+)\b[^>]*>")
TITLE = re.compile(r'((?:<span id="[^"]+"></span>\s*)+)<h[1-6]>(.*?)</h[1-6]>', re.DOTALL)
HEADERLINK = re.compile(r'<a class="headerlink".*?</a>', re.DOTALL)
NUMBER = re.compile(r'<span class="(?:eqno|section-number|caption-number)">\s*(.*?)\s*</span>')
IMAGE_LINK = re.compile(r'<a class="[^"]*image-reference"[^>]*>(.*?)</a>', re.DOTALL)
INLINE_STATE = re.compile(r'<script type="application/json">(.*?)</script>', re.DOTALL)
STORED_STATE = re.compile(r' data-stored="([^"]+)">')
DRAWN = '<span class="katex-html"'


class Chapter:
    """A built page, and its pieces."""

    def __init__(self, page):
        self.page = Path(page)
        self.html = HEADERLINK.sub("", self.page.read_text(encoding="utf-8"))
        self.titles = {
            label: NUMBER.sub("", found[2]).strip()
            for found in TITLE.finditer(self.html)
            for label in re.findall(r'id="([^"]+)"', found[1])
        }

    def address(self, label):
        """Return where a label leads, from a deck."""
        return f"../chapters/{self.page.name}#{quote(label)}"

    def title(self, label):
        """Return the title of a section, as HTML."""
        return self.titles[label]

    def piece(self, label, settings=""):
        """Return (kind, HTML, number, caption) of what a label names; KeyError if there is none."""
        html = element(self.html, label) or element(self.html, f"equation-{label}")
        if html is None:
            raise KeyError(label)
        number = NUMBER.search(html)
        number = number[1] if number else ""
        if html.startswith("<figure"):
            kind, html, caption = self._figure(html, settings)
        elif html.startswith('<div class="math"'):
            kind, html, caption = "equation", NUMBER.sub("", html), ""
            number = f"Equation {number}"
        else:
            kind, caption = "text", ""
        html = re.sub(r' id="[^"]*"', "", html)
        html = re.sub(r"<(/?)section\b", r"<\1div", html)  # in a deck a section is a slide
        html = re.sub(r'href="(?!\w+:|#)', 'href="../chapters/', html)
        html = html.replace('href="#', f'href="../chapters/{self.page.name}#')
        return kind, html, number.replace("Fig.", "Figure"), caption

    def _figure(self, html, settings):
        """Take a figure's caption off, and the links to its picture; a widget gets its settings."""
        start = html.index("<figcaption")
        caption = only_mathml(NUMBER.sub("", html[start:]))
        caption = re.sub(r"</?(?:p|figcaption|figure|span)\b[^>]*>", "", caption).strip()
        inside = html[html.index(">") + 1 : start]
        inside = IMAGE_LINK.sub(r"\1", inside).replace(' loading="lazy"', "").strip()
        if "softmax-island" not in inside:
            return "figure", inside, caption
        if settings:
            inside = self._set(inside, settings)
        return "widget", inside, caption

    def _set(self, island, settings):
        """Put settings, as in an address, into a widget's state."""
        stored = STORED_STATE.search(island)
        if stored:
            script = self.page.parent.parent / "_static" / "islands" / f"{stored[1]}.js"
            held = script.read_text(encoding="utf-8")
            state = json.loads(held[held.index("{") : held.rindex("}") + 1])
        else:
            state = json.loads(INLINE_STATE.search(island)[1])
        for setting in settings.split("&"):
            name, _, value = setting.partition("=")
            before = state["state"][name]
            if isinstance(before, list):
                value = [float(x) for x in value.split(",")]
            elif not isinstance(before, str):
                value = json.loads(value)
            state["state"][name] = value
        inline = f'<script type="application/json">{json.dumps(state)}</script>'
        if stored:
            return island.replace(stored[0], f">{inline}")
        return INLINE_STATE.sub(lambda _: inline, island)


def end(html, start):
    """Return where the element that begins at ``start`` ends."""
    name, depth = TAG.match(html, start)[2], 0
    for tag in re.compile(rf"<(/?){name}\b[^>]*>").finditer(html, start):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return tag.end()
    raise ValueError(f"an element without an end: {html[start : start + 80]}")


def element(html, ident):
    """Return the element with this id, or None; a span is but a mark before a title."""
    start = re.search(rf'<(?!span)\w+\b[^>]* id="{re.escape(ident)}"', html)
    return html[start.start() : end(html, start.start())] if start else None


def only_mathml(html):
    """Leave the drawn half of each formula out: the speaker's window has MathML alone."""
    while DRAWN in html:
        start = html.index(DRAWN)
        html = html[:start] + html[end(html, start) :]
    return html
