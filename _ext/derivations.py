"""Functions and the sections that derive them lead to each other.

A docstring names the section that its function comes from by chapter and label: "Derived in
chapter 4 (sec-loss-forms)." On the API page these words become a link with the section's title, and
the section ends with a line that links the function. A heading may be reworded at will.
"""

import functools
import importlib
import inspect
import json
import pkgutil
import re
from pathlib import Path

from docutils import nodes
from sphinx import addnodes

import softmax_book
import softmax_src

PLACE = re.compile(
    r"""(?<![`\w])(?P<words>
        (?:chapter\s(?P<number>\d+)|appendix\s(?P<letter>[A-Z])\b)
        (?:\s\((?P<label>sec-[\w-]+)\))?)""",
    re.VERBOSE,
)
ORIGIN = re.compile(rf"(?:Derived|Defined|Used)\sin\s{PLACE.pattern}", re.VERBOSE)
HEADING = re.compile(r"^\((?P<label>[\w-]+)\)=\n#+ (?P<title>.+)$", re.MULTILINE)


@functools.cache
def labels(path):
    """Return the titles of a notebook's sections by their labels."""
    cells = json.loads(Path(path).read_text(encoding="utf-8"))["cells"]
    text = "\n\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    return {match["label"]: match["title"] for match in HEADING.finditer(text)}


def target(match, folder):
    """Return the role and the target that the words mean, or None if there is no such place."""
    start = f"{int(match['number']):02d}" if match["number"] else match["letter"].lower()
    found = sorted(Path(folder).glob(f"chapters/{start}-*.ipynb"))
    if not found:
        return None
    if match["label"] is None:
        return "doc", f"/chapters/{found[0].stem}"
    return ("ref", match["label"]) if match["label"] in labels(found[0]) else None


def linked(text, folder):
    """Return the text with each chapter and section that it names as a link."""

    def link(match):
        place = target(match, folder)
        if place is None:
            return match[0]
        words = match["words"].split("(")[0].strip()  # "chapter 4"; the section's title follows
        own = f":{place[0]}:`{words} <{place[1]}>`"
        return own if place[0] == "doc" else f"{words}, :ref:`{place[1]}`"

    return PLACE.sub(link, text)


def public_of(module):
    """Yield name and docstring of the public functions and classes that a module defines."""
    for name, thing in vars(importlib.import_module(module)).items():
        own = getattr(thing, "__module__", None) == module
        if own and name[0] != "_" and (inspect.isroutine(thing) or inspect.isclass(thing)):
            yield name, inspect.getdoc(thing) or ""


def public():
    """Yield name and docstring of all public functions and classes, but of figures and widgets."""
    packages = (softmax_src, softmax_book)
    for module in (m for p in packages for m in pkgutil.iter_modules(p.__path__, f"{p.__name__}.")):
        if not module.ispkg:
            yield from public_of(module.name)


def functions_by_section(folder):
    """Return the names of the functions that come from each section, by its label."""
    places = {}
    for name, doc in public():
        origin = ORIGIN.search(doc)
        role, label = (origin and target(origin, folder)) or (None, None)
        if role == "ref":
            places.setdefault(label, []).append(name)
    return places


def link_docstring(app, what, name, obj, options, lines):
    """Link the places that a docstring names."""
    lines[:] = linked("\n".join(lines), app.confdir).split("\n")


def link_sections(app, doctree):
    """End each section from which functions come with links to them."""
    here = app.env.docname
    for section in doctree.findall(nodes.section):
        names = {n for label in section["ids"] for n in app.functions_by_section.get(label, ())}
        if not names:
            continue
        line = nodes.paragraph("", "In code: ", classes=["in-code"])
        for i, name in enumerate(sorted(names)):
            line += nodes.Text(", " if i else "")
            link = addnodes.pending_xref(
                "", refdomain="py", reftype="obj", reftarget=name, refspecific=True, refdoc=here
            )
            link += nodes.literal("", name, classes=["xref", "py", "py-obj"])
            line += link
        section += line


def skip_nameless_field(app, what, name, member, skip, options):
    """Leave out the fields of a named tuple, which the class describes and Python only counts."""
    return True if (member.__doc__ or "").startswith("Alias for field number") else None


def read_package(app):
    """Find out once what comes from where."""
    labels.cache_clear()
    app.functions_by_section = functions_by_section(app.confdir)


def setup(app):
    """Read docstrings before numpydoc does."""
    app.connect("builder-inited", read_package)
    app.connect("autodoc-process-docstring", link_docstring, priority=100)
    app.connect("autodoc-skip-member", skip_nameless_field)
    app.connect("doctree-read", link_sections)
    return {"version": "3", "parallel_read_safe": True, "parallel_write_safe": True}
