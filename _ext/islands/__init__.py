"""Widget islands: the book's page runs the same ES modules as Jupyter, without a server.

Four steps: MyST-NB hands each widget's state over as a node (the package's `IslandPlugin`); the
transform below puts state and picture into one ``div`` before MyST-NB chooses between them; the
build writes the host, the library and each widget's script into ``_static/islands``. A long state
goes there too, so that a reader who does not come to its widget does not fetch it. At last each
widget gets a page of its own (`pages`).
"""

import hashlib
import re
from pathlib import Path

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from islands.pages import write_pages
from softmax_book import widgets
from softmax_book.widgets import _modules
from softmax_book.widgets._island import MIME

HOST = Path(__file__).with_name("host.js")
SHARING, SHARE = HOST.with_name("sharing.js"), HOST.with_name("share.js")
# Lines of comment in a script: they stay in the source.
COMMENT = re.compile(r"^ *(?://[^\n]*|/\*\*.*?\*/)\n", re.MULTILINE | re.DOTALL)
INLINE = 2000  # characters of a state; a longer one becomes a file


class PictureBesideState(SphinxPostTransform):
    """Join a widget's state and its picture; on paper, keep the picture alone."""

    default_priority = 3  # MyST-NB chooses one form of each output at 4

    def run(self, **kwargs):
        """Rewrite every bundle of outputs that has our mime type in it."""
        live = self.app.builder.name == "html"
        for bundle in list(self.document.findall(_is_bundle)):
            forms = {form["mime_type"]: form for form in bundle.children}
            if MIME not in forms:
                continue
            if not live:
                bundle.remove(forms[MIME])
                for picture in forms["image/png"].findall(nodes.image):
                    picture["classes"].append("widget-picture")  # it moves elsewhere
                continue
            state = forms[MIME].children[0].astext()
            island = nodes.container(mime_type=MIME)
            folder = Path(self.app.outdir) / "_static" / "islands"
            island += nodes.raw(text=_opening(state, folder), format="html")
            island += forms["image/png"].children
            for picture in island.findall(nodes.image):
                picture["loading"] = "lazy"  # hidden by a living widget, and then never asked for
            island += nodes.raw(text="</div>", format="html")
            bundle.children = [island]
            island.parent = bundle


def _is_bundle(node):
    return isinstance(node, nodes.container) and node.get("nb_element") == "mime_bundle"


def _opening(state, folder):
    """Return the island's first tags; a long state is written as a script, since a page opened
    from a folder can load nothing else, and named by its content, so that equal ones are one."""
    name = state.split('"widget":"')[1].split('"')[0]
    opening = f'<div class="softmax-island" data-widget="{name}"'
    if len(state) <= INLINE:
        return f'{opening}><script type="application/json">{state}</script>'
    stored = f"state-{hashlib.sha256(state.encode()).hexdigest()[:12]}"
    folder.mkdir(parents=True, exist_ok=True)
    script = f'softmaxIslands.hold("{stored}", {state});\n'
    (folder / f"{stored}.js").write_text(script, encoding="utf-8")
    return f'{opening} data-stored="{stored}">'


def drop_states(app, error):
    """Leave out the states of an earlier build that no page names any more."""
    if error or app.builder.name != "html":
        return
    text = "".join(p.read_text(encoding="utf-8") for p in Path(app.outdir).rglob("*.html"))
    for path in Path(app.outdir).glob("_static/islands/state-*.js"):
        if path.stem not in text:
            path.unlink()


def write_scripts(app):
    """Write the host, the widgets' scripts and their style sheet into the static files."""
    if app.builder.format != "html":
        return
    folder = Path(app.doctreedir).parent / "vendor" / "islands"
    folder.mkdir(parents=True, exist_ok=True)
    host, share, sharing = (path.read_text(encoding="utf-8") for path in (HOST, SHARE, SHARING))
    library = f'softmaxIslands.hold("library", {_modules.library()});\n'
    scripts = {"host": host, "library": library + sharing, "share": share}
    for kind in (getattr(widgets, name) for name in widgets.__all__):
        path = _modules.FOLDER / f"{kind.widget_name}.mjs"
        scripts[path.stem] = _modules.for_page(path, kind.rules())
    for name, script in scripts.items():
        (folder / f"{name}.js").write_text(COMMENT.sub("", script), encoding="utf-8")
    own = [_modules.style_of(sheet) for sheet in sorted(_modules.FOLDER.glob("*.css"))]
    style = "".join([_modules.shared_style(), *own])
    (folder / "islands.css").write_text(style, encoding="utf-8")
    app.config.html_static_path.append(str(folder.parent))
    app.add_css_file("islands/islands.css")


def note_changes(app, config):
    """Let a changed extension, script, style or template rebuild the pages, as a chapter does.

    What is written in Python decides how pages are read, so a change there reads them again; a
    script, a style or a template needs them written again only.
    """
    book = Path(app.confdir)
    folders = [HOST.parents[1], _modules.FOLDER, book / "_static", book / "_templates"]
    config.python_digest = _digest(folders, {".py"})
    config.sources_digest = _digest(folders, {".js", ".mjs", ".css", ".html"})


def _digest(folders, kinds):
    """One hash for all files of these kinds."""
    files = sorted(p for folder in folders for p in folder.rglob("*") if p.suffix in kinds)
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def load_host(app, page, template, context, doctree):
    """Load the host on the pages that have a widget, and on no other."""
    if doctree is not None and "softmax-island" in context.get("body", ""):
        app.add_js_file("islands/host.js", loading_method="defer")


def setup(app):
    """Connect the four steps."""
    app.add_post_transform(PictureBesideState)
    app.add_config_value("python_digest", "", "env", [str])
    app.add_config_value("sources_digest", "", "html", [str])
    app.connect("config-inited", note_changes)
    app.connect("builder-inited", write_scripts)
    app.connect("html-page-context", load_host)
    app.connect("build-finished", drop_states)
    app.connect("build-finished", write_pages)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
