"""Fewer bytes: no script that does nothing on a page, and none before it is needed.

The theme sends a script of Font Awesome to every page, 0.54 MB compressed, to draw a dozen icons
that its style sheet can draw with fonts (`fonts` makes them small). It also sends the search index
to every page, for a search-as-you-type that the book does not use. The previews of links, with
their library, wait until a reader rests on a link (``_static/previews.js``). The other scripts are
fetched beside the text and run once it is there, instead of keeping a slow line from showing it.
Those of Sphinx, of its extensions and of the pages go without their comments and indents.
"""

import re
from pathlib import Path

from rjsmin import jsmin

SCRIPT = r'\s*<script[^>]*src="[^"]*(?:{})\.js[^"]*"></script>'
ICONS = re.compile(SCRIPT.format("fontawesome"))
NO_SEARCH = re.compile(SCRIPT.format("fontawesome|searchtools|language_data|searchindex"))
# _templates/layout.html chooses the theme.
THEME = re.compile(r"<script data-cfasync.*?</script>", re.DOTALL)
TABS = re.compile(SCRIPT.format("design-tabs"))
# The lines of the page that set an option need the options at once; pictures.js keeps pictures
# from being fetched, which a browser begins as soon as it reads of them; and comforts.js clears
# away what scripts had put into a page that was saved, before they put it there again.
AT_ONCE = "documentation_options|pictures|comforts"
WAITING = re.compile(rf'<script (?=src="[^"]*\.js)(?![^>]*(?:{AT_ONCE})\.js)')
# Notes of the theme's makers, the marks of a search service, and what indents them.
NOTES = re.compile(r'<!--.*?-->|<meta name="docsearch[^>]*>|(?<=\n)\s+', re.DOTALL)
VIEWPORT = re.compile(r'<meta name="viewport"[^>]*>(?=.*<meta name="viewport")', re.DOTALL)
NOTICE = re.compile(r"/\*(?!!)(?=(?:(?!\*/).)*copyright)", re.DOTALL | re.IGNORECASE)
PREVIEWS = re.compile(r'<script defer="defer" src="([^"]*_static/tippy/[^"]*)">')


def add_filter(app, page, template, context, doctree):
    """Give the layout the function that leaves scripts out; the search page keeps its own."""
    unused = [THEME, ICONS if page == "search" else NO_SEARCH]
    if "sd-tab-set" not in context.get("body", ""):
        unused.append(TABS)

    def lean(head):
        for scripts in unused:
            head = scripts.sub("", str(head))
        if page != "search":  # whose own scripts do not wait
            head = WAITING.sub("<script defer ", head)
        head = NOTES.sub("", VIEWPORT.sub("", head))
        return PREVIEWS.sub(r'<script type="text/plain" class="preview" data-src="\1">', head)

    context["lean"] = lean


def drop_files(app, error):
    """Leave out what no page loads."""
    if error or app.builder.format != "html":
        return
    out = Path(app.outdir)
    static = out / "_static"
    maps = {*static.rglob("*.js.map"), *static.rglob("*.css.map")}
    caches = set(out.glob("tippy_*_cache.json"))  # what the previews' extension noted for itself
    for unused in {*static.glob("scripts/fontawesome.js*"), *maps, *caches}:
        unused.unlink(missing_ok=True)


def shorten_scripts(app, error):
    """Take comments, but notices of copyright, and indents out of the scripts of all pages.

    Not of widgets and questions: rjsmin does not know templates within templates.
    """
    if error or app.builder.format != "html":
        return
    for script in Path(app.outdir, "_static").glob("*.js"):
        text = NOTICE.sub("/*!", script.read_text(encoding="utf-8"))
        script.write_text(jsmin(text, keep_bang_comments=True), encoding="utf-8")


def setup(app):
    """Connect to the pages and to the end of the build."""
    app.connect("html-page-context", add_filter)
    app.connect("build-finished", drop_files, priority=900)  # after the previews noted theirs
    app.connect("build-finished", shorten_scripts, priority=900)  # after Sphinx copied its own
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
