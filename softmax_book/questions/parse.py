"""From Markdown to questions. markdown-it finds the blocks; here stands what each one means."""

import re
from pathlib import Path

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from softmax_book.questions.model import DIRECTIONS, KINDS, BadQuestions, Option, Question

BLOCKS = MarkdownIt("commonmark").enable("table")
INLINE = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin, double_inline=True)
NAME = re.compile(r"(?P<id>[a-z0-9]+(?:-[a-z0-9]+)*) · (?P<kind>[a-z ]+)")
MARKED = re.compile(r"\[(?P<mark>[ xX])\]\s+(?P<text>.*)", re.DOTALL)
NUMBER = re.compile(
    r"(?P<text>\[\[[^\]]+\]\])(?:\s*±\s*(?P<size>[\d.]+(?:e-?\d+)?)(?P<percent>\s*%)?)?(?P<unit>.*)"
)
SOURCE = re.compile(r"Source: (?P<source>@[\w:-]+|sec-[\w-]+)")


class _Bad(ValueError):
    """What is wrong with the block at a line."""

    def __init__(self, line, message):
        super().__init__(message)
        self.line = line


def read(path):
    """Return the questions of a file; raises `BadQuestions` with all that cannot be read."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")  # some editors write a mark in front
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        message = f"{path}:{line}: a letter cannot be read; save the file as UTF-8"
        raise BadQuestions([message]) from error
    return parse(text, Path(path))


def parse(text, path):
    """Return the questions in a text; ``path`` names it in errors and gives the chapter."""
    questions, errors, section = [], [], None
    for heading, blocks in _parts(text, path):
        where = f"{path}:{heading.map[0] + 1}"
        title = heading.title
        if heading.tag == "h1":
            if blocks:
                errors.append(f"{where}: text below the title belongs to no question")
        elif heading.tag == "h2":
            section = title
            if blocks:
                errors.append(
                    f"{where}: text below {title} belongs to no question; start one with "
                    "### its-name · choose one"
                )
        elif heading.tag == "h3" and section:
            try:
                questions.append(_question(text, heading, blocks, section, Path(path)))
            except _Bad as bad:
                errors.append(f"{path}:{bad.line}: {title.split(' ·')[0]}: {bad}")
        else:
            errors.append(
                f"{where}: {heading.markup} {title}: accepted are # Title, ## label-of-a-section, "
                "and below that ### its-name · kind"
            )
    if errors:
        raise BadQuestions(errors)
    return questions


class _Block:
    """A block of the file's first level, with all its tokens."""

    def __init__(self, tokens):
        self.tokens = tokens
        self.type = tokens[0].type.removesuffix("_open")
        self.tag, self.markup, self.map = tokens[0].tag, tokens[0].markup, tokens[0].map
        self.line = self.map[0] + 1

    @property
    def title(self):
        """The text of a heading or a paragraph."""
        return self.tokens[1].content


def _blocks(tokens):
    """Cut tokens into blocks of the first level among them."""
    blocks, level = [], tokens[0].level if tokens else 0
    start = 0
    for i, token in enumerate(tokens):
        if token.level == level and token.nesting <= 0:
            blocks.append(_Block(tokens[start : i + 1]))
            start = i + 1
    return blocks


def _parts(text, path):
    """Return each heading with the blocks below it."""
    parts = []
    for block in _blocks(BLOCKS.parse(text)):
        if block.type == "heading":
            parts.append((block, []))
        elif parts:
            parts[-1][1].append(block)
        else:
            raise BadQuestions([f"{path}:{block.line}: the file starts with a title, # …"])
    return parts


def _source(text, blocks):
    """Return the Markdown of neighbouring blocks."""
    return "\n".join(text.splitlines()[blocks[0].map[0] : blocks[-1].map[1]]).strip()


def _question(text, heading, blocks, section, path):
    """Return the question under a heading."""
    name = NAME.fullmatch(heading.title)
    if name is None or name["kind"] not in KINDS:
        raise _Bad(
            heading.line,
            f"a heading reads ### its-name · kind, with small letters, and kind one of "
            f"{', '.join(KINDS)}",
        )
    kind = name["kind"]
    at = next((i for i, b in enumerate(blocks) if b.type in ("bullet_list", "ordered_list")), None)
    if at is None:
        raise _Bad(heading.line, "there is no list of options")
    stem, options, rest = blocks[:at], blocks[at], blocks[at + 1 :]
    listing = ""
    if kind == "faulty line":
        if not stem or stem[-1].type != "fence" or stem[-1].tokens[0].info.strip() != "python":
            raise _Bad(options.line, "a listing, ```python, must stand before the lines to choose")
        listing = stem.pop().tokens[0].content.rstrip("\n")
    if not stem:
        raise _Bad(heading.line, "there is no question before the options")
    fields = {"options": _options(options, kind), **_tail(rest, heading.line)}
    if kind == "number":
        fields |= _number(fields["options"])
    elif kind == "formula":
        fields["options"] = tuple(_formula(option) for option in fields["options"])
    elif kind == "direction":
        wrong = [o for o in fields["options"] if o.text not in DIRECTIONS]
        if wrong:
            raise _Bad(wrong[0].line, f"{wrong[0].text!r} is none of {', '.join(DIRECTIONS)}")
    question = Question(
        id=name["id"], kind=kind, section=section, stem=_source(text, stem), listing=listing,
        path=path, line=heading.line, **fields,
    )  # fmt: skip
    _plain(question, heading.line)
    return question


def _options(block, kind):
    """Return the options of a list."""
    ordered = kind == "order"
    if (block.type == "ordered_list") != ordered:
        accepted = "1. 2. 3., in the right order" if ordered else "- [x] right and - [ ] wrong"
        raise _Bad(block.line, f"the list of this kind is {accepted}")
    return tuple(_option(b, ordered) for b in _blocks(block.tokens[1:-1]))


def _option(item, ordered):
    """Return one option with its reason."""
    blocks = _blocks(item.tokens[1:-1])
    if not blocks or blocks[0].type != "paragraph":
        raise _Bad(item.line, "an option is a line of text")
    for block in blocks[1:]:
        if block.type != "paragraph":
            raise _Bad(block.line, f"a reason is made of paragraphs, not of a {block.type}")
    content = blocks[0].title
    reason = "\n\n".join(block.title for block in blocks[1:])
    if ordered:
        return Option(True, content, reason, item.line)
    marked = MARKED.fullmatch(content)
    if marked is None:
        raise _Bad(item.line, f"an option starts with [x] or [ ], not with {content[:20]!r}")
    return Option(marked["mark"] != " ", marked["text"], reason, item.line)


def _tail(blocks, line):
    """Return what follows the options: explanation, check or source, each at most once."""
    found = {}
    for block in blocks:
        if block.type == "blockquote":
            inner = _blocks(block.tokens[1:-1])
            if any(b.type != "paragraph" for b in inner):
                raise _Bad(block.line, "an explanation is made of paragraphs")
            field, value = "explanation", "\n\n".join(b.title for b in inner)
        elif block.type == "fence" and block.tokens[0].info.split() == ["python", "check"]:
            field, value = "check", block.tokens[0].content
        elif block.type == "paragraph" and (match := SOURCE.fullmatch(block.title)):
            field, value = "source", match["source"]
        else:
            raise _Bad(
                block.line,
                "after the options come > an explanation and then ```python check or "
                "Source: @key or Source: sec-label, and nothing else",
            )
        if field in found:
            raise _Bad(block.line, f"there is a second {field}")
        found[field] = value
    if "explanation" not in found:
        raise _Bad(line, "there is no explanation, > …, after the options")
    if ("check" in found) == ("source" in found):
        raise _Bad(line, "there must be one of ```python check and Source: …, and not both")
    return found


def _number(options):
    """Return the fields of a number, whose answers are ``[[name:.3f]] ± 1 % unit``.

    The right one is called answer, so that a mark at the wrong line is an error.
    """
    parsed, fields = [], {}
    for option in options:
        match = NUMBER.fullmatch(option.text)
        named = re.match(r"\[\[answer\b", option.text) is not None
        if match is None or (option.right and not match["size"]) or named != option.right:
            raise _Bad(
                option.line,
                f"{option.text!r}: the right answer reads [[answer:.3f]] ± 1 % unit, or ± 0.01 "
                "unit, with or without a unit; a wrong one has another name, [[other:.3f]]",
            )
        if option.right:
            relative = match["percent"] is not None
            size = float(match["size"]) / (100 if relative else 1)
            fields = {"tolerance": size, "relative": relative, "unit": match["unit"].strip()}
        parsed.append(Option(option.right, match["text"], option.reason, option.line))
    return {"options": tuple(parsed), **fields}


def _formula(option):
    """Return an option whose text is the expression between backticks."""
    match = re.fullmatch(r"`([^`]+)`", option.text)
    if match is None:
        raise _Bad(option.line, f"{option.text!r}: an expression stands in backticks, `m - z`")
    return Option(option.right, match[1], option.reason, option.line)


def _plain(question, line):
    """Refuse what a card or an exam could not show."""
    texts = [(question.stem, line), (question.explanation, line)]
    texts += [(t, o.line) for o in question.options for t in (o.text, o.reason)]
    for text, at in texts:
        for token in _walk(INLINE.parse(text)):
            if token.type in ("html_block", "html_inline", "image"):
                what = "an image" if token.type == "image" else f"HTML, {token.content.strip()!r}"
                raise _Bad(at, f"{what} cannot stand in a question")
            if token.type == "fence" and token.info.startswith("{"):
                raise _Bad(at, f"a directive, {token.info}, cannot stand in a question")
        if role := re.search(r"\{[\w:-]+\}`[^`]*`", text):
            raise _Bad(at, f"a role, {role[0]}, cannot stand in a question; write [text](#label)")


def _walk(tokens):
    for token in tokens:
        yield token
        yield from _walk(token.children or ())
