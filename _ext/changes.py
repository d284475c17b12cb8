"""The page of errata, made from CHANGELOG.md, and the earlier versions beside the new pages.

``{errata}`` lists what the book said wrongly, newest version first, with a link to the section
where it was mended. ``{versions}`` says which version this is and lists the earlier ones whose
pages are in ``dist/versions/`` (``make versions`` fetches them from the releases). They are put
beside the new pages, each below its number; a book that was built without them lists none.
"""

import re
import shutil
from pathlib import Path

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.util.docutils import SphinxDirective

import changelog
from repository import find

KEPT = Path("dist") / "versions"


def source(confdir):
    """Return the text of the changelog."""
    return (Path(confdir) / changelog.FILE).read_text(encoding="utf-8")


def kept(confdir):
    """Return the earlier versions whose pages are here, the newest first."""
    folders = (Path(confdir) / KEPT).glob("*/index.html")
    return sorted((f.parent.name for f in folders), key=numbers, reverse=True)


def numbers(version):
    """Return a version as something that can be ordered."""
    return [int(number) for number in re.findall(r"\d+", version)]


def section_link(label, words):
    """Return a link to the section with that label, as ``{ref}`` would make it."""
    link = pending_xref(
        "", nodes.inline("", words), refdomain="std", reftype="ref", reftarget=label,
        refexplicit=True, refwarn=True,
    )  # fmt: skip
    return link


def with_code(text):
    """Return text as nodes, what stands between backticks as code."""
    kinds = (nodes.Text, lambda part: nodes.literal("", part))
    return [kinds[k % 2](part) for k, part in enumerate(text.split("`")) if part]


class Errata(SphinxDirective):
    """``{errata}``: what was wrong, what is so, since when, and where it was mended."""

    def run(self):
        path = Path(self.env.app.confdir) / changelog.FILE
        self.env.note_dependency(str(path))
        return [node for release in changelog.read(source(path.parent)) for node in listed(release)]


def listed(release):
    """Return the errata of a release below its name."""
    errata = release.errata()
    if not errata:
        return []
    if release.date:
        title = f"Mended in {release.version}, {release.date}"
    else:
        title = "Mended since the last version"
    items = []
    for entry in errata:
        term = nodes.term("", "", *with_code(entry["wrong"]))
        text = nodes.paragraph("", "", *with_code(f"{entry['right']} "))
        text += nodes.emphasis("", f"Said since {entry['since']}; mended in ")
        text += section_link(entry["label"], entry["where"])
        text += nodes.Text(".")
        items.append(nodes.definition_list_item("", term, nodes.definition("", text)))
    return [nodes.rubric("", title), nodes.definition_list("", *items, classes=["errata"])]


class Versions(SphinxDirective):
    """``{versions}``: the version of these pages, and where earlier ones are kept."""

    def run(self):
        path = Path(self.env.app.confdir) / "softmax_src" / "__init__.py"
        self.env.note_dependency(str(path))
        text = f"These pages are version {self.config.book_version} of the book. "
        where = find(self.env.app.confdir)
        if not self.config.kept_versions or where is None or not where.pages:
            text += "No earlier version is kept beside them."
            return [nodes.paragraph("", text)]
        items = []
        for version in self.config.kept_versions:
            # The whole address: from a copy on a disk it leads to the published pages.
            link = nodes.reference("", version, refuri=f"{where.pages}{version}/index.html")
            items.append(nodes.list_item("", nodes.paragraph("", "", link)))
        text += "Published versions keep their addresses:"
        return [nodes.paragraph("", text), nodes.bullet_list("", *items)]


def look(app, config):
    """Note what the pages depend on: the version, and which earlier ones are here."""
    package = Path(app.confdir) / "softmax_src" / "__init__.py"
    if package.exists():
        (config.book_version,) = re.findall(r'^__version__ = "(.+)"$', package.read_text(), re.M)
    config.kept_versions = kept(app.confdir)


def bring(app, error):
    """Put the earlier versions beside the pages."""
    if error or app.builder.name != "html":
        return
    for version in app.config.kept_versions:
        target = Path(app.outdir) / version
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(Path(app.confdir) / KEPT / version, target)


def setup(app):
    """Add the directives, and the copy at the end."""
    app.add_config_value("book_version", "", "env", str)
    app.add_config_value("kept_versions", [], "env", list)
    app.add_directive("errata", Errata)
    app.add_directive("versions", Versions)
    app.connect("config-inited", look)
    app.connect("build-finished", bring)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
