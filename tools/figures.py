"""Write every figure of the chapters as SVG and PDF, with captions and licence, as one zip.

    python -m tools.figures dist/softmax-figures.zip

The notebooks are run, and what a figure's cell returns is drawn again; of a widget, its picture.
In an SVG letters are outlines, since another program would set text in another font, and labels
would collide. In a PDF they stay text, which can be searched, for it carries its font.
"""

import ast
import contextlib
import io
import json
import logging
import os
import re
import sys
import zipfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import matplotlib as mpl

from softmax_book.figures.style import STYLE

ROOT = Path(__file__).resolve().parent.parent
FOLDER = "softmax-figures"
logging.getLogger("fontTools").setLevel(logging.ERROR)  # it doubts the dates of our fonts
LICENCE = "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/"
AUTHOR = "The authors of the softmax book"
README = f"""# Figures of Softmax, an interactive book

Each figure is here as SVG, for the web and for slides, and as PDF, for LaTeX. {AUTHOR}; licence
{LICENCE}. Name the authors and the licence where you show one.
"""
ROLE = re.compile(r"\{[\w:]+\}(`[^`]*`)")  # {eq}`label`, which only the book can resolve


def run(source, names):
    """Run a cell in these names, and return the value of its last line."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<cell>", "exec"), names)  # the book's own cells
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), names) if last else None


def drawn(fig, title, words):
    """Return a figure as the bytes of an SVG and of a PDF, the same at every run."""
    found = {}
    kinds = {
        "svg": {"Title": title, "Creator": AUTHOR, "Description": words, "Rights": LICENCE,
                "Date": None},
        "pdf": {"Title": title, "Author": AUTHOR, "Subject": words, "Keywords": LICENCE,
                "CreationDate": None},
    }  # fmt: skip
    with mpl.rc_context({"pdf.fonttype": 42}, fname=STYLE):
        for kind, metadata in kinds.items():
            buffer = io.BytesIO()
            fig.savefig(buffer, format=kind, metadata=metadata)
            found[f"{title}.{kind}"] = buffer.getvalue()
    return found


def figures(path):
    """Return {name: bytes} of a notebook's figures, and what is to be said of them, in Markdown."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    files, said, names = {}, "", {"__name__": "__main__"}
    os.chdir(path.parent)
    # The hidden cell makes the package available elsewhere, by a command of IPython's.
    shown = (c for c in cells if "remove-cell" not in c["metadata"].get("tags", []))
    for cell in (cell for cell in shown if cell["cell_type"] == "code"):
        with contextlib.redirect_stdout(io.StringIO()):
            value = run("".join(cell["source"]), names)
        about = cell["metadata"].get("mystnb", {})
        if "figure" not in about:
            continue
        name, alt = about["figure"]["name"], about["image"]["alt"]
        fig = value.figure() if hasattr(value, "numbers") else value
        files |= drawn(fig, name, alt)
        caption = ROLE.sub(r"\1", about["figure"]["caption"].strip())
        said += (
            f"\n## {name}\n\n![{alt}]({name}.svg)\n\n{caption}\n\nFrom `chapters/{path.name}`.\n"
        )
    return files, said


def main(target):
    """Run the notebooks, two at a time, and write the zip: the same bytes for the same figures."""
    paths = sorted((ROOT / "chapters").glob("*.ipynb"))
    paths = [path for path in paths if '"figure": {' in path.read_text(encoding="utf-8")]
    with ProcessPoolExecutor(2) as pool:
        done = list(pool.map(figures, paths))
    files = {name: content for found, _ in done for name, content in found.items()}
    files["README.md"] = (README + "".join(said for _, said in done)).encode()
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{FOLDER}/{name}")  # of 1980, whenever it is made
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, files[name])
    print(f"{target.resolve()}: {len(files) // 2} figures")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
