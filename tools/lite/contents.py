"""The notebooks of the browser's JupyterLab: all chapters, and the problem sets as handed out.

They lie as in the repository, so that links from one to another lead on. A problem set is the one
that a student would download. A chapter differs in its hidden first cell: what its figures
import only when they are drawn is imported there, since the kernel sees no further than a cell.
"""

import ast
import json
import re
from pathlib import Path

import nbformat

ROOT = Path(__file__).parents[2]
FIGURES = "softmax_book.figures"
LATE = {"mpmath", "scipy", "sklearn", "sympy"}  # the kernel's packages that are not there at once


def notebooks():
    """Return the notebooks, as paths below the repository."""
    found = [*ROOT.glob("chapters/*.ipynb"), *ROOT.glob("assignments/release/*/*.ipynb")]
    return sorted(path.relative_to(ROOT) for path in found)


def imports(text):
    """Return the modules that a text imports, wherever, and what it takes from each."""
    python = re.sub(r"^( *)%.*$", r"\1pass", text, flags=re.MULTILINE)
    found = {}
    for node in ast.walk(ast.parse(python)):
        if isinstance(node, ast.ImportFrom):
            found.setdefault(node.module, set()).update(name.name for name in node.names)
        elif isinstance(node, ast.Import):
            found.update({name.name: set() for name in node.names})
    return found


def drawn_with(cells):
    """Return the late packages that the figures of these cells import."""
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    figures = {name for text in code for name in imports(text).get(FIGURES, ())}
    files = [ROOT / FIGURES.replace(".", "/") / f"{name}.py" for name in figures]
    texts = [file.read_text(encoding="utf-8") for file in files if file.exists()]
    return sorted({module.split(".")[0] for text in texts for module in imports(text)} & LATE)


def write(target):
    """Write the notebooks below a folder."""
    for path in notebooks():
        # nbformat joins the lines of a cell, as a Jupyter server does and JupyterLite does not.
        notebook = nbformat.read(ROOT / path, as_version=4)
        if path.parts[0] == "chapters":
            first = next(cell for cell in notebook.cells if cell.cell_type == "code")
            first.source = f"import {', '.join(['softmax_book', *drawn_with(notebook.cells)])}"
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(notebook, ensure_ascii=False, indent=1)
        (target / path).write_text(text + "\n", encoding="utf-8")
