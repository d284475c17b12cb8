"""Questions on the pages: a line after each section, a list for each chapter, and what asks them.

A chapter's page carries one line a section, a link to the list of the chapter's questions; a script
(``_static/questions.js``) makes a button of it that fetches and asks them in place. The lists are
pages made of ``questions/*.md`` (`lists`); what the script fetches is written at the end of the
build (`scripts`).
"""

import hashlib
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.errors import ExtensionError

from asking import lists, scripts
from softmax_book.questions import BadQuestions
from softmax_book.questions.bank import files, read_bank

WORDS = ["One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"]


def bank(app):
    """Return the folder of the questions."""
    return Path(app.confdir) / "questions"


def note_files(app, config):
    """Let a file that is new, or gone, read all pages again."""
    names = " ".join(path.name for path in files(bank(app)))
    config.questions_digest = hashlib.sha256(names.encode()).hexdigest()


def read_questions(app):
    """Read the bank once for all pages; a mistake in it stops the build and says where it is."""
    try:
        app.questions = read_bank(bank(app))
    except BadQuestions as bad:
        raise ExtensionError(str(bad)) from bad


def write_list(app, name, source):
    """Put the list of a chapter's questions in the place of their file's text."""
    chapter = name.removeprefix("questions/")
    questions = [q for q in app.questions if q.chapter == chapter]
    if name.startswith("questions/") and questions:
        book, paper = Path(app.confdir), app.builder.name != "html"
        try:
            source[0] = lists.page(chapter, questions, book, paper)
        except BadQuestions as bad:
            raise ExtensionError(str(bad)) from bad


def link_sections(app, doctree):
    """End each section that has questions with a link to them."""
    chapter = app.env.docname.removeprefix("chapters/")
    here = [q for q in app.questions if q.chapter == chapter]
    if not here or not app.env.docname.startswith("chapters/"):
        return
    app.env.note_dependency(str(bank(app) / f"{chapter}.md"))
    for section in doctree.findall(nodes.section):
        labels = {question.section for question in here} & set(section["ids"])
        for label in labels:
            count = sum(question.section == label for question in here)
            parts = any(isinstance(part, nodes.section) for part in section)
            section += _line(count, label, "the whole section" if parts else "this section", app)


def _line(count, label, what, app):
    """Return the line that leads to a section's questions."""
    number = WORDS[count - 1] if count <= len(WORDS) else str(count)
    words = f"{number} quick question{'s' if count > 1 else ''} on {what}"
    link = addnodes.pending_xref(
        "", refdomain="std", reftype="ref", reftarget=lists.anchor(label), refdoc=app.env.docname,
        refexplicit=True, refwarn=True,
    )  # fmt: skip
    link += nodes.inline("", words)
    return nodes.paragraph("", "", link, classes=["ask"])


def setup(app):
    """Connect the steps."""
    app.add_config_value("questions_digest", "", "env", [str])
    app.connect("config-inited", note_files)
    app.connect("builder-inited", read_questions)
    app.connect("source-read", write_list)
    app.connect("doctree-read", link_sections, priority=400)  # before the links to functions
    app.connect("env-before-read-docs", scripts.begin)
    app.connect("build-finished", scripts.write, priority=800)  # before styles and fonts shrink
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
