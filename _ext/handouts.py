"""``{handout} ps1``: where students get a problem set, as a download and in Binder or Colab.

The two launch links name the repository that is built, so a fork hands out its own notebooks; a
book built outside GitHub offers the download alone.
"""

import json

from docutils import nodes
from repository import find
from sphinx.util.docutils import SphinxDirective


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


def setup(app):
    """Add the directive."""
    app.add_directive("handout", Handout)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
