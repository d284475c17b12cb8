"""Python in the page: a button above each chapter that runs its cells in the reader's browser.

`make live` fetches Python (tools/live); where it has not been run, pages are as they were. A page
gets one sentence, which a small script turns into a button where Python can run; everything else
comes when the button is pressed: the page's script, its editor, Python, and the cells' sources.
"""

import ast
import hashlib
import html
import json
import re
import shutil
from pathlib import Path

HERE = Path(__file__).parent
BASE = ["interpreter", "python", "numpy", "traits", "softmax"]  # what every page needs
MODULES = {"numpy", "matplotlib", "scipy", "sklearn", "sympy"}  # packs named as their module
OTHERS = {"mpl_toolkits": "matplotlib", "mpmath": "sympy", "joblib": "sklearn"}
MIME = "application/vnd.softmax-src.widget+json"
CELL = re.compile(r'<div class="cell[ "]')
SENTENCE = (
    '<div class="sx-live" data-mb="{mb}" data-cells="{cells}"><p class="noprint">'
    "The Python of this page can run in a browser that has JavaScript.</p>"
    '<p class="onlyprint">On paper nothing runs; on the web page, a button here runs the Python.'
    "</p></div>"
)


def imported(source):
    """Return the packs that a cell's own imports ask for."""
    lines = [line for line in source.split("\n") if line.lstrip()[:1] not in ("%", "!")]
    try:
        tree = ast.parse("\n".join(lines))
    except SyntaxError:  # a block of nothing but lines for IPython
        return set()
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return {OTHERS.get(name, name) for name in names} & (MODULES | set(OTHERS.values()))


def outputs_of(cell):
    """Return what a cell shows as the page's script compares it: [kind, text] for each output."""
    shown = []
    for output in cell["outputs"]:
        if output["output_type"] == "stream":
            shown.append([output["name"], "".join(output["text"])])
            continue
        data = output["data"]
        kinds = {MIME: "widget", "image/png": "picture"}
        kind = next((name for mime, name in kinds.items() if mime in data), None)
        for mime in ("text/html", "text/markdown", "text/plain"):
            if mime in data and (kind is None or mime == "text/plain"):
                text = "".join(data[mime])
                if kind == "picture":  # what else is in it changes with the screen's width
                    text = text.split("\n")[0]
                shown.append([kind or mime, text])
                break
    return shown


def cells_of(notebook):
    """Return the code cells of a notebook, and the packs that the page needs."""
    cells, packs = [], set()
    for cell in json.loads(Path(notebook).read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        tags, source = cell["metadata"].get("tags", []), "".join(cell["source"])
        shown = outputs_of(cell)
        needs = imported(source)
        if any(kind in ("picture", "widget") for kind, _ in shown):
            needs.add("matplotlib")
        packs |= needs
        cells.append(
            {
                "source": source,
                "needs": sorted(needs - set(BASE)),
                "hidden": "remove-cell" in tags,
                "silent": "remove-output" in tags,
                # Compared by `make test-libraries` alone, where PyTorch and JAX are.
                "lacks": "nbval-ignore-output" in tags,
                "outputs": shown,
            }
        )
    return cells, packs


def manifest_of(app):
    """Return what `make live` made, or None."""
    path = Path(app.confdir) / ".cache" / "live" / "manifest.json"
    if app.builder.name != "html" or not path.exists():
        return None
    return json.loads(path.read_text(encoding="utf-8"))


def closed(packs, needs):
    """Return packs with all that they need themselves, in the order to fetch."""
    found = [*BASE, "library"]
    for pack in sorted(packs):
        for name in [*needs.get(pack, []), pack]:
            if name not in found:
                found.append(name)
    return found


def add_button(app, page, template, context, doctree):
    """Give a chapter its sentence, and write its cells where the script will look for them."""
    manifest = manifest_of(app)
    if doctree is None or manifest is None or not page.startswith("chapters/"):
        return
    cells, packs = cells_of(app.env.doc2path(page))
    body = context["body"]
    seen = sum(not cell["hidden"] for cell in cells)
    if not seen or len(CELL.findall(body)) != seen:
        if seen:
            raise ValueError(f"{page}: {len(CELL.findall(body))} cells on the page, {seen} to run")
        return
    files = closed(packs, manifest["needs"])
    size = sum(manifest["packs"][name]["size"] for name in files)
    stored = Path(app.outdir) / "_static" / "live" / "cells" / f"{Path(page).name}.json"
    stored.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"packs": files, "cells": cells}, ensure_ascii=False, separators=(",", ":"))
    stored.write_text(text, encoding="utf-8")
    sentence = SENTENCE.format(mb=round(size / 1e6), cells=html.escape(Path(page).name))
    context["body"] = body.replace("</h1>", f"</h1>{sentence}", 1)
    app.add_js_file("live/button.js", loading_method="defer")


def write_files(app, error):
    """Put what was made, and the scripts, beside the pages; without `make live`, nothing."""
    target = Path(app.outdir) / "_static" / "live"
    if error or app.builder.name != "html":
        return
    if manifest_of(app) is None:
        shutil.rmtree(target, ignore_errors=True)
        return
    made = Path(app.confdir) / ".cache" / "live"
    wanted = {
        path.name: path for path in [*made.iterdir(), *HERE.glob("*.*js"), *HERE.glob("*.css")]
    }
    target.mkdir(parents=True, exist_ok=True)
    for old in target.iterdir():
        if old.is_file() and old.name not in wanted:
            old.unlink()
    for name, path in wanted.items():
        if (path.is_file() and not (target / name).exists()) or name[-4:] != ".bin":
            shutil.copy(path, target / name)  # packs are named by their content


def note_made(app, config):
    """Let what `make live` makes, or the lack of it, read all pages again: they link to it."""
    made = Path(app.confdir) / ".cache"
    manifest = made / "live" / "manifest.json"
    text = manifest.read_text(encoding="utf-8") if manifest.exists() else ""
    digest = hashlib.sha256(text.encode()).hexdigest()
    config.live_digest = f"{digest} {(made / 'lite').is_dir()}"


def setup(app):
    """Connect to the configuration, to the pages and to the build's end."""
    app.add_config_value("live_digest", "", "env", [str])
    app.connect("config-inited", note_made)
    # After the page's last change, and before Sphinx sums up the scripts.
    app.connect("html-page-context", add_button, priority=900)
    app.connect("builder-inited", write_script)
    app.connect("build-finished", write_files)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def write_script(app):
    """Let Sphinx know the small script, so that it adds a checksum to its address."""
    if manifest_of(app) is None:
        return
    folder = Path(app.doctreedir).parent / "vendor" / "live"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "button.js", folder)
    if str(folder.parent) not in app.config.html_static_path:
        app.config.html_static_path.append(str(folder.parent))
