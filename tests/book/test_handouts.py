"""The links for a JupyterHub name the repository that is built."""

from urllib.parse import parse_qs, urlsplit

from handouts import pull_link
from repository import Repository


def test_a_pull_link_brings_the_fork_and_opens_the_notebook():
    fork = Repository("github.com", "ada/softmax-course", "week/1")
    link = urlsplit(pull_link("https://hub.example.org/hub", fork, "chapters/02-definition.ipynb"))
    assert link.path == "/hub/user-redirect/git-pull"
    assert parse_qs(link.query) == {
        "repo": ["https://github.com/ada/softmax-course"],
        "branch": ["week/1"],
        "urlpath": ["lab/tree/softmax-course/chapters/02-definition.ipynb"],
    }
