"""How the notebooks read where no directive is known: GitHub, Colab, JupyterLab, VS Code.

These show a fence of backticks as code, its formulas as source and its title not at all. nbconvert,
whose Markdown is close to theirs, stands here for all of them.
"""

import re

import bs4
import pytest
from docutils import nodes, utils
from nbconvert.filters import markdown2html_mistune

from folds import unfold
from softmax_book.questions.bank import markdown
from tests.sources import ROOT, notebooks

DIRECTIVE = re.compile(r"^:{3,}\{[\w:-]+\}(.*)$", re.MULTILINE)


def misread(source):
    """Return what of a text would be hard to read, and what of it would be given away."""
    page = bs4.BeautifulSoup(markdown2html_mistune(source), "html.parser")
    found = re.findall(r"^[`~]{3,}\{.*", source, re.MULTILINE)
    found += [block.text for block in page("pre") if "$" in block.text or ":::" in block.text]
    paragraphs = [p.text.strip() for p in page("p")]
    openings = [p for p in paragraphs if p.startswith(":::{")]
    titles = [title.strip().split("$")[0] for title in DIRECTIVE.findall(source)]
    found += [title for title in titles if not any(title in opening for opening in openings)]
    # Each of them opens and closes in a paragraph of its own, not at the end of another's text.
    found += [p for p in paragraphs if ":::" in p.lstrip(":")]
    if not len(titles) == len(openings) == len([p for p in paragraphs if set(p) == {":"}]):
        found.append("a fence that is no paragraph of its own")
    for solution in page.find_all("p", string=re.compile(r"^:::\{solution\}")):
        fold = solution.find_parent("details")
        if fold is None or fold.text.count(":::{") != 1 or fold.summary.text != "Solution":
            found.append(f"a solution that is not folded: {solution.text}")
    # JupyterLab's MyST makes plain HTML of what lies between two marks of one level.
    found += re.findall(r"^</details>$(?!\n\n:{3,}$)", source, re.MULTILINE)
    return found


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_what_others_show_can_be_read(path):
    assert misread(markdown(path)) == []


def backticks(source):
    return re.sub("^:::", "```", source, flags=re.MULTILINE)


def no_air(source):
    return source.replace("\n\n:::\n", "\n:::\n")


def no_fold(source):
    return re.sub(r"<details>.*|</details>", "", source)


def endless_fold(source):
    return source.replace("</details>", "")


def outer_fold(source):
    return source.replace("</details>\n\n:::", ":::\n\n</details>")


@pytest.mark.parametrize("harm", [backticks, no_air, no_fold, endless_fold, outer_fold])
def test_it_finds_what_it_looks_for(harm):
    assert misread(harm(markdown(ROOT / "chapters" / "02-definition.ipynb")))


def test_the_page_has_no_second_fold():
    page = utils.new_document("page")
    for name in ("More", "Solution"):
        page += nodes.raw("", f"<details><summary>{name}</summary>\n", format="html")
        page += [nodes.paragraph("", name.lower()), nodes.raw("", "</details>\n", format="html")]
    unfold(None, page)
    assert page.astext().split() == [
        "<details><summary>More</summary>",
        "more",
        "</details>",
        "solution",
    ]
