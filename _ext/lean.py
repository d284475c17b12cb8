"""Fewer bytes: the icons that the pages use, and no script that does nothing there.

The theme sends all of Font Awesome to every page, 0.54 MB compressed, and draws a dozen icons with
it. Here these few become masks in a style sheet, taken from the theme's own script at build time.
It also sends the search index to every page, for a search-as-you-type that the book does not use.
"""

import re
from pathlib import Path
from urllib.parse import quote

import pydata_sphinx_theme
from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.images import get_image_size

THEME = Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme" / "static"
ICON = re.compile(r'[{,]"?([a-z][a-z0-9-]*)"?:\[(\d+),(\d+),\[[^\]]*\],"[0-9a-f]+","([^"]+)"\]')
USED = re.compile(r"\bfa-([a-z][a-z0-9-]*)")
SIZES = re.compile(r'style="width: (\d+)px; height: (\d+)px;"')
SCRIPT = r'\s*<script[^>]*src="[^"]*(?:{})\.js[^"]*"></script>'
ICONS = re.compile(SCRIPT.format("fontawesome"))
ICONS_AND_SEARCH = re.compile(SCRIPT.format("fontawesome|searchtools|language_data|searchindex"))
BASE = """
:is(.fa-solid, .fa-regular, .fa-brands, .fas, .far, .fab) {
  display: inline-block; width: 1em; height: 1em; vertical-align: -0.125em;
  background: currentColor; -webkit-mask: var(--icon) center / contain no-repeat;
  mask: var(--icon) center / contain no-repeat; }
.fa-lg { font-size: 1.25em; vertical-align: -0.075em; }
@media (forced-colors: active) {
  :is(.fa-solid, .fa-regular, .fa-brands, .fas, .far, .fab) { background: CanvasText; } }
"""


def icon_styles(pages):
    """Return the style sheet of the icons that the texts name; brands come first in the script."""
    used = {name for page in pages for name in USED.findall(page)} | {"xmark"}  # a script's own
    found = {}
    for name, width, height, path in ICON.findall((THEME / "scripts/fontawesome.js").read_text()):
        if name in used:
            found[name] = (width, height, path)
    rules = [BASE]
    for name, (width, height, path) in sorted(found.items()):
        picture = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        picture += f'<path d="{path}"/></svg>'
        rules.append(f'.fa-{name} {{ --icon: url("data:image/svg+xml,{quote(picture)}"); }}')
    return "\n".join(rules) + "\n"


def write_icons(app, error):
    """Write the style sheet once all pages are there, and drop the scripts that no page loads."""
    if error or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    pages = [page.read_text(encoding="utf-8") for page in Path(app.outdir).rglob("*.html")]
    (static / "icons.css").write_text(icon_styles(pages), encoding="utf-8")
    for unused in {*static.glob("scripts/fontawesome.js*"), *static.rglob("*.js.map")}:
        unused.unlink(missing_ok=True)


def add_filter(app, page, template, context, doctree):
    """Give the layout the function that leaves scripts out; the search page keeps its own."""
    unused = ICONS if page == "search" else ICONS_AND_SEARCH
    context["lean"] = lambda head: unused.sub("", str(head))
    # As attributes the sizes reserve the place, and give way on a narrow screen.
    if "body" in context:
        context["body"] = SIZES.sub(r'width="\1" height="\2"', context["body"])


class PictureSizes(SphinxPostTransform):
    """Reserve each picture's place before it is there."""

    default_priority = 10  # after MyST-NB has chosen the form of each output
    formats = ("html",)

    def run(self, **kwargs):
        """Note the sizes; on paper a picture takes what fits."""
        if self.app.builder.name == "singlehtml":
            return
        for image in self.document.findall(nodes.image):
            size = get_image_size(Path(self.app.srcdir) / image["uri"].lstrip("/"))
            if size and "width" not in image:
                image["width"], image["height"] = (f"{length}px" for length in size)


def setup(app):
    """Connect to the pages and to the end of the build."""
    app.add_css_file("icons.css")
    app.add_post_transform(PictureSizes)
    app.connect("html-page-context", add_filter)
    app.connect("build-finished", write_icons)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
