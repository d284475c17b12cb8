"""``{handout} ps1``: where students get a problem set, as a download and where it can be launched.

In the browser it runs if `make live` was; the links to Binder and Colab name the repository that is
built, so a fork hands out its own notebooks; a book built outside GitHub has neither of these.

``{pull-links} https://hub.example.org/hub``: for a class on a JupyterHub, nbgitpuller's link to
every chapter and problem set of the repository that is built.

``{show}`02-definition.html#four_outputs:T=2```: the address of a chapter that carries the settings
of its widget, to click and to copy.
"""

import json
from pathlib import Path
from urllib.parse import urlencode

from docutils import nodes
from sphinx.util.docutils import SphinxDirective, SphinxRole

import in_browser
from repository import Repository, find


def pull_link(hub, repository, path):
    """Return nbgitpuller's link: a JupyterHub fetches the repository and opens the notebook.

    ``hub`` is the hub's address with ``/hub``; students' own changes survive a second click.
    """
    name = repository.path.rsplit("/", 1)[1]
    query = {
        "repo": repository.url,
        "branch": repository.branch,
        "urlpath": f"lab/tree/{name}/{path}",
    }
    return f"{hub}/user-redirect/git-pull?{urlencode(query)}"


class PullLinks(SphinxDirective):
    """The nbgitpuller links of every chapter and problem set of this repository."""

    required_arguments = 1  # the hub's address

    def run(self):
        """Text to copy, since the hub's address is the teacher's own, in a fold: it is long."""
        repository = find(self.env.srcdir) or Repository("github.com", "YOUR-NAME/softmax", "main")
        root = Path(self.env.srcdir)
        found = [*root.glob("chapters/*.ipynb"), *root.glob("assignments/release/*/*.ipynb")]
        paths = sorted(path.relative_to(root).as_posix() for path in found)
        lines = "\n".join(pull_link(self.arguments[0], repository, path) for path in paths)
        opening = f"<details><summary>The {len(paths)} links</summary>"
        fold = (nodes.raw("", mark, format="html") for mark in (opening, "</details>"))
        return [next(fold), nodes.literal_block(lines, lines, language="text"), next(fold)]


class Handout(SphinxDirective):
    """The title of a problem set with its links."""

    required_arguments = 1

    def run(self):
        """A paragraph."""
        name = self.arguments[0]
        path = f"assignments/release/{name}/{name}.ipynb"
        with open(f"{self.env.srcdir}/{path}", encoding="utf-8") as file:
            title = "".join(json.load(file)["cells"][0]["source"]).split("\n", 1)[0].lstrip("# ")
        found, _ = self.parse_inline(f"{{download}}`{title} </{path}>`")
        for literal in list(found[0].findall(nodes.literal)):
            literal.replace_self(nodes.strong("", title))  # a title, not a file's name
        paragraph = nodes.paragraph("", "", *found)
        if in_browser.made(self.env.app):
            link = nodes.reference("", f"{name} in this browser")
            link["refuri"] = in_browser.address(self.env.docname, path)
            paragraph += nodes.inline("", " · ", link, classes=["in-browser"])
        repository = find(self.env.srcdir)
        if repository and repository.host == "github.com":
            where = f"{repository.path}/{repository.branch}"
            colab = f"{repository.path}/blob/{repository.branch}"
            for service, address in (
                ("Binder", f"https://mybinder.org/v2/gh/{where}?urlpath=lab/tree/{path}"),
                ("Colab", f"https://colab.research.google.com/github/{colab}/{path}"),
            ):
                paragraph += nodes.Text(" · ")
                paragraph += nodes.reference("", f"{name} in {service}", refuri=address)
        return [paragraph]


class Show(SphinxRole):
    """An address below ``chapters/``; a link on the pages alone, as on paper nothing moves."""

    def run(self):
        """Return its code, within the link where there is one."""
        shown = nodes.literal(self.rawtext, self.text, classes=["xref"])  # which breaks on a phone
        builder = self.env.app.builder
        if builder.name != "html":
            return [shown], []
        chapter, _, settings = self.text.partition(".html")
        address = builder.get_relative_uri(self.env.docname, f"chapters/{chapter}") + settings
        return [nodes.reference("", "", shown, refuri=address, internal=True)], []


def setup(app):
    """Add the directives and the role."""
    app.add_directive("handout", Handout)
    app.add_directive("pull-links", PullLinks)
    app.add_role("show", Show())
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
