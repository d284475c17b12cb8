"""What is in a notebook: given cells, answers, tests, questions that a person marks.

A *source* notebook (`assignments/source/psN/psN.ipynb`, nbgrader's format) makes a `Key`: the
cells that the grader trusts, and the names that students define. A *submission* is a list of cells
of which nothing is trusted but the order.
"""

import ast
import json
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

MAX_FILE = 20_000_000  # bytes; a submission with plots has less than one
HIDDEN = re.compile(r"^### BEGIN HIDDEN TESTS\n.*?^### END HIDDEN TESTS\n?", re.M | re.S)
SOLUTION = re.compile(r"^( *)### BEGIN SOLUTION\n.*?^ *### END SOLUTION(?=\n|\Z)", re.M | re.S)
# Lines that are meant as markers, with what fingers make of them
LIKE_MARKER = re.compile(
    r"#.*(HIDDEN|SOLUTION)|#\s*(?i:begin|end)[\s_-]*(?i:hidden[\s_-]*test|solution)"
    r"|##\s*(BEGIN|END)\b"
)
# and in a test, where students would get all that a marker which is none does not hide
LIKE_MARKER_OF_TESTS = re.compile(r"^\s*[#'\"].*\b(hid\w*|begin|end|start|stop)\b", re.IGNORECASE)
FIRST_AND_LAST = re.compile(r"\A.*|.*(?=\n?\Z)")
STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
TEXT_STUB = "YOUR ANSWER HERE"
# As editors and servers write it
PYTHON = re.compile(r"[ic]?python[- ]*[\d.]*", re.IGNORECASE)


class Unreadable(Exception):
    """The file is not a Python notebook; the message is the status for the table."""


@dataclass(frozen=True)
class Cell:
    """A cell: what it is for, nbgrader's name for it, its text and its points."""

    kind: str  # given, answer, test, manual, code, text
    name: str
    source: str
    points: float = 0
    pictures: tuple[str, ...] = ()  # attached or shown, as data: addresses

    @property
    def requirement(self):
        """What a test asks for, from its first line."""
        return self.source.split("\n", 1)[0].lstrip("# ")

    @property
    def visible(self):
        """A test without its hidden part."""
        return HIDDEN.sub("", self.source).rstrip("\n")


@dataclass(frozen=True)
class Key:
    """The trusted part of an assignment."""

    assignment: str
    cells: tuple[Cell, ...]  # those with a name, in order
    answers: frozenset[str]  # the names that the answers define
    title: str
    handed_out: frozenset[str] = frozenset()  # texts of cells as students got them, once or now

    @property
    def questions(self):
        """The cells that carry points."""
        return [cell for cell in self.cells if cell.kind in ("test", "manual")]


def read_key(path):
    """The key from a source notebook, with or without its solutions."""
    path = Path(path)
    raw = json.loads(path.read_text(encoding="utf-8"))
    cells = [_cell(cell) for cell in raw["cells"]]
    named = tuple(cell for cell in cells if cell.kind not in ("code", "text"))
    answers = set()
    for cell in named:
        if cell.kind == "answer":
            answers |= defined_names(released(cell))
    title = next(c.source for c in cells if c.kind == "text").split("\n", 1)[0].lstrip("# ")
    given = frozenset(released(cell).strip() for cell in cells)
    return Key(path.stem, named, frozenset(answers), title, given)


def read_keys(source):
    """The keys of all sets in a folder, by name."""
    if not Path(source).is_dir():
        raise SystemExit(f"{source} is no folder; it should hold a folder for each problem set")
    folders = [folder for folder in Path(source).iterdir() if folder.is_dir()]
    names = sorted(folder.name for folder in folders if folder.name[0] not in "._")
    for name in names:
        if not Path(source, name, f"{name}.ipynb").is_file():
            raise SystemExit(
                f"{source}/{name} holds no {name}.ipynb, as a problem set's folder does"
            )
    return {name: read_key(Path(source, name, f"{name}.ipynb")) for name in names}


def check_markers(source):
    """Refuse what looks like a marker and hides nothing: students would get what it should hide."""
    faults = []
    for name in read_keys(source):
        for cell in map(_cell, load(Path(source, name, f"{name}.ipynb"))["cells"]):
            rest = cell.source
            if cell.kind in ("test", "answer", "manual"):
                pair = HIDDEN if cell.kind == "test" else SOLUTION
                rest = pair.sub(lambda found: FIRST_AND_LAST.sub("", found[0]), rest)
            for number, line in enumerate(rest.split("\n"), 1):
                if LIKE_MARKER.search(line) or (
                    cell.kind == "test" and LIKE_MARKER_OF_TESTS.search(line)
                ):
                    faults.append(f"{name}, cell {cell.name}, line {number}: {line.strip()}")
    if faults:
        raise SystemExit(
            "\n".join(faults) + "\nHere stands no marker, or one without its other half. A test "
            "takes ### BEGIN HIDDEN TESTS and, below it, ### END HIDDEN TESTS, each at the start "
            "of a line of its own; an answer takes ### BEGIN SOLUTION and ### END SOLUTION. Other "
            "comments of a test do without the words hidden, begin, end, start and stop."
        )


def load(path):
    """A notebook's JSON, in UTF-8 or as Windows may save it, after a mark or in UTF-16."""
    return json.loads(Path(path).read_bytes())


def read_submission(path):
    """The cells of a student's notebook. Raises `Unreadable` with the reason."""
    try:
        facts = os.lstat(path)
        if not stat.S_ISREG(facts.st_mode):
            raise Unreadable("not a file of its own")  # a link to someone else's, a pipe
        if facts.st_size > MAX_FILE:
            raise Unreadable("larger than 20 MB")
        if not facts.st_size:
            raise Unreadable("an empty file")
        raw = load(path)
    except PermissionError as error:
        raise Unreadable("cannot be read") from error
    except OSError as error:
        raise Unreadable("no notebook") from error
    except UnicodeDecodeError as error:
        raise Unreadable("not Unicode") from error
    except (ValueError, RecursionError) as error:
        raise Unreadable("not JSON") from error
    try:
        cells = [_cell(cell) for cell in raw["cells"]]
        metadata = raw.get("metadata") or {}
        languages = [
            (metadata.get("kernelspec") or {}).get("language"),
            (metadata.get("language_info") or {}).get("name"),
        ]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise Unreadable("not a notebook") from error
    if any(language and not PYTHON.fullmatch(str(language).strip()) for language in languages):
        raise Unreadable("not a Python notebook")
    return cells


def _cell(raw):
    """A cell from its JSON."""
    source = raw["source"]
    source = "".join(source) if isinstance(source, list) else source
    kind = "code" if raw["cell_type"] == "code" else "text"
    if not isinstance(source, str):
        raise TypeError("a cell's source is text")
    source = source.replace("\r\n", "\n")  # from an editor on Windows
    notes = (raw.get("metadata") or {}).get("nbgrader")
    if not isinstance(notes, dict):
        return Cell(kind, str(raw.get("id", "")), source, pictures=_pictures(raw))
    if notes.get("solution"):
        kind = "manual" if notes.get("grade") else "answer"
    elif notes.get("grade") or notes.get("locked"):
        kind = "test" if notes.get("grade") else "given"
    points = notes.get("points", 0)
    points = points if isinstance(points, int | float) else 0
    return Cell(kind, str(notes.get("grade_id", "")), source, points, _pictures(raw))


def _pictures(raw):
    """The photographs that are attached to a cell, or shown by it; no SVG, and no other files."""
    kinds = ("image/png", "image/jpeg", "image/gif", "image/webp")
    attached, outputs = raw.get("attachments"), raw.get("outputs")
    bundles = [*attached.values()] if isinstance(attached, dict) else []
    for output in outputs if isinstance(outputs, list) else ():
        bundles.append(output.get("data") if isinstance(output, dict) else None)
    return tuple(
        f"data:{kind};base64,{data}"
        for bundle in bundles
        for kind, data in (bundle.items() if isinstance(bundle, dict) else ())
        if kind in kinds and isinstance(data, str) and re.fullmatch(r"[A-Za-z0-9+/=\s]+", data)
    )


def released(cell):
    """A source cell's text as students get it: no solution, no hidden test."""
    if cell.kind == "test":
        return cell.visible
    if cell.kind == "answer":
        return SOLUTION.sub(
            lambda m: "\n".join(m[1] + line for line in STUB.split("\n")), cell.source
        )
    if cell.kind == "manual":
        return SOLUTION.sub(TEXT_STUB, cell.source)
    return cell.source


def defined_names(source):
    """The names that a piece of code assigns or defines at its top level."""
    names = set()
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            names.add(statement.name)
        elif isinstance(statement, ast.Assign):
            targets = [node for target in statement.targets for node in ast.walk(target)]
            names |= {node.id for node in targets if isinstance(node, ast.Name)}
    return names


def used_names(source):
    """The names that a piece of code reads."""
    nodes = ast.walk(ast.parse(source))
    return {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


def answer_before(key, test):
    """The name of the answer cell that a test follows."""
    last = ""
    for cell in key.cells:
        if cell.name == test.name:
            return last
        last = cell.name if cell.kind == "answer" else last
    return last


def plan(key, cells):
    """The order in which a submission's cells and the key's are run: (what, cell) pairs.

    Given cells and tests are the key's, at the places where the submission has them. One that the
    submission lacks follows the trusted cell before it; after a lost answer it waits for the end.
    A given cell that was edited runs too, for what was added to it, and ours after it.
    """
    trusted = {cell.name: cell for cell in key.cells}
    by_text = {released(cell): cell.name for cell in key.cells if cell.kind in ("given", "test")}
    names = []
    for cell in cells:
        name = cell.name if cell.name in trusted else by_text.get(cell.source)
        names.append(name if name not in names else None)  # the second copy is the student's own
    lost = {}
    place = "start"
    for cell in key.cells:
        if cell.name in names:
            place = "end" if place == "end" and cell.kind == "test" else cell.name
        elif cell.kind in ("given", "test"):
            lost.setdefault(place, []).append(cell)
        elif cell.kind == "answer":
            place = "end"
    steps = [(cell.kind, cell) for cell in lost.get("start", [])]
    for cell, name in zip(cells, names, strict=True):
        own = trusted.get(name)
        if own is not None and own.kind in ("given", "test"):
            if own.kind == "given" and is_edited(own, cell):
                steps.append(("student", Cell("code", cell.name, cell.source)))
            steps.append((own.kind, own))
        elif cell.kind not in ("text", "manual") and not (own is None and cell.kind == "test"):
            steps.append(("student", Cell("code", name or cell.name, cell.source)))
        steps += [(missing.kind, missing) for missing in lost.get(name, [])] if name else []
    return steps + [(cell.kind, cell) for cell in lost.get("end", [])]


def is_edited(own, cell):
    """Whether a given cell or a test has another text than it was handed out with."""
    return cell.source.strip() != released(own).strip()


def doubts(key, cells):
    """What is odd about a submission's cells, in a few words each."""
    names = [cell.name for cell in cells]
    texts = {cell.source for cell in cells}
    odd = []
    if key.cells and not any(cell.kind in ("answer", "test") for cell in cells):
        odd.append("cell metadata lost")
    for cell in key.cells:
        if cell.kind == "answer" and names.count(cell.name) > 1:
            odd.append(f"answer cell {cell.name} twice")
        copies = [c for c in cells if c.name == cell.name]
        if copies and copies[0].source.strip() in key.handed_out:
            continue  # a test that was mended after it was handed out
        if cell.kind == "given" and copies and is_edited(cell, copies[0]):
            odd.append(f"given cell {cell.name} edited; ours ran after yours")
        if cell.kind != "test":
            continue
        if not copies and released(cell) not in texts:
            odd.append(f"test cell {cell.name} deleted")
        elif copies and is_edited(cell, copies[0]):
            odd.append(f"test cell {cell.name} edited")
    return odd
