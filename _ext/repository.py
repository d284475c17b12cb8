"""Links that follow the repository which is being built: launch, edit, issue, canonical address.

A fork shows its own links without a change of any file. The repository is GitHub's own word in its
workflows (``GITHUB_REPOSITORY``, ``GITHUB_REF_NAME``), else the git remote ``origin``; a book built
without either shows no such link rather than a dead one.
"""

import os
import re
import subprocess
from dataclasses import dataclass
from urllib.parse import urlsplit

REMOTE = re.compile(
    r"(?:git@|ssh://(?:git@)?|https?://(?:[^@/]+@)?)"  # ssh in two forms, or https
    r"(?P<host>[^/:]+)[:/](?P<path>[^/]+/.+?)(?:\.git)?/?$"
)


@dataclass(frozen=True)
class Repository:
    """Where the sources are: ``https://host/owner/name``, and the branch that is built."""

    host: str
    path: str
    branch: str

    @property
    def url(self):
        """The repository's page."""
        return f"https://{self.host}/{self.path}"

    @property
    def pages(self):
        """The address of its GitHub Pages, or "" elsewhere."""
        if self.host != "github.com":
            return ""
        owner, name = self.path.split("/")
        root = f"https://{owner.lower()}.github.io/"
        return root if name.lower() == f"{owner.lower()}.github.io" else f"{root}{name}/"


def find(folder, environment=os.environ):
    """Return the Repository that is being built in the folder, or None."""
    if path := environment.get("GITHUB_REPOSITORY"):
        on_branch = environment.get("GITHUB_REF_TYPE", "branch") == "branch"
        branch = environment.get("GITHUB_REF_NAME", "main") if on_branch else "main"
        # A pull request is built from its merge with main, "12/merge", which has no page.
        return Repository("github.com", path, "main" if branch.endswith("/merge") else branch)
    remote = REMOTE.match(origin_of(folder))
    if not remote:
        return None
    return Repository(remote["host"], remote["path"], branch_of(folder))


def origin_of(folder):
    """Return the address of the remote origin, "" where there is none."""
    return _git(folder, "remote", "get-url", "origin")


def branch_of(folder):
    """Return the branch that is checked out, "main" where there is none."""
    return _git(folder, "branch", "--show-current") or "main"


def _git(folder, *arguments):
    try:
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True)
    except FileNotFoundError:  # no git on this machine
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def set_links(app, config):
    """Give the theme its buttons and the pages their address."""
    repository = find(app.confdir)
    if repository is None:
        return
    config.html_theme_options.update(
        repository_url=repository.url,
        repository_branch=repository.branch,
        path_to_docs="",
        use_repository_button=True,
        use_edit_page_button=True,
        use_issues_button=True,
    )
    if repository.host == "github.com":
        config.html_theme_options["launch_buttons"] = {
            "binderhub_url": "https://mybinder.org",
            "colab_url": "https://colab.research.google.com",
            "notebook_interface": "jupyterlab",
        }
        config.html_baseurl = config.ogp_site_url = repository.pages
        # GitHub answers with the 404 page from any folder: its links start at the book's root.
        config.notfound_urls_prefix = urlsplit(repository.pages).path or "/"
        config.sitemap_url_scheme = "{link}"  # no language, no version
        config.sitemap_excludes = ["404.html", "search.html", "genindex.html"]


def launch_nothing(app):
    """Take the launch buttons from an EPUB: it has none, and the theme would stop over them."""
    if app.builder.name == "epub":
        app.config.html_theme_options.pop("launch_buttons", None)


def setup(app):
    """Set the links before the theme reads its options; a sitemap needs an address to speak of."""
    repository = find(app.confdir)
    if repository and repository.pages:
        app.setup_extension("sphinx_sitemap")
    app.connect("config-inited", set_links, priority=100)
    app.connect("builder-inited", launch_nothing)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
