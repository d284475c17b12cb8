"""Words for the feedback: what was received and what was wanted, and which failure follows another.

Only visible tests are watched, so that nothing here can quote a hidden one.
"""

import ast

import numpy as np

from . import notebook

NAME = "__seen__"


class Seen:
    """The values on the two sides of the last assertion that a test has reached."""

    def __init__(self):
        self.parts = []

    def __call__(self, place, label, value):
        if place == 0:
            self.parts = []
        self.parts.append((label, shown(value)))
        return value

    def __str__(self):
        ends = ((label, value.removesuffix(".")) for label, value in self.parts)  # NumPy's 1000.
        return "".join(f" {label} {value}." for label, value in ends)


def shown(value):
    """A value in a few words."""
    try:
        text = np.array2string(
            np.asarray(value), precision=6, threshold=12, edgeitems=2, max_line_width=10**6
        )
    except (ValueError, TypeError):
        text = type(value).__name__
    text = " ".join(text.split())
    return text if len(text) <= 160 else text[:157] + "..."


class _Watch(ast.NodeTransformer):
    """Send the two sides of each assertion through `Seen`."""

    def visit_Assert(self, node):
        test = node.test
        if isinstance(test, ast.Call) and getattr(test.func, "id", "") == "close":
            labels = ("Received", "Wanted")
            pairs = zip(range(2), labels, test.args[:2], strict=False)
            test.args[:2] = [watch(place, label, part) for place, label, part in pairs]
            return node
        # np.all(a < b) has the comparison inside; without any, the whole is seen
        compared = next((part for part in ast.walk(test) if isinstance(part, ast.Compare)), None)
        if compared is None:
            node.test = watch(0, f"Here `{ast.unparse(test)}` is", test)
            return node
        place = 0
        sides = [compared.left, *compared.comparators]
        for number, side in enumerate(sides):
            if not _written_out(side):
                label = f"Here `{ast.unparse(side)}` is"
                sides[number] = watch(place, label, side)
                place += 1
        compared.left, compared.comparators = sides[0], sides[1:]
        return node


def _written_out(side):
    """Say whether a side is its own value: 10, (10, 64)."""
    try:
        ast.literal_eval(side)
    except ValueError:
        return False
    return True


def watch(place, label, part):
    """The expression `part`, seen in passing."""
    name = ast.Name(NAME, ast.Load())
    return ast.Call(name, [ast.Constant(place), ast.Constant(label), part], [])


def watched(tree):
    """A test's syntax tree with its assertions watched."""
    return ast.fix_missing_locations(_Watch().visit(tree))


def follow_on(key, cells, rows):
    """Say of a failed test which earlier answer, failed too or missing, its answer builds on."""
    text = {cell.name: cell.source for cell in cells}
    answers = [cell for cell in key.cells if cell.kind == "answer"]
    defined = {cell.name: notebook.defined_names(notebook.released(cell)) for cell in answers}
    blank = {
        name for name in defined if "raise NotImplementedError" in text.get(name, notebook.STUB)
    }
    uses = {}
    for cell in answers:
        try:
            read = notebook.used_names(text.get(cell.name, ""))
        except SyntaxError:
            read = set()
        uses[cell.name] = [n for n in defined if n != cell.name and defined[n] & read]
    tested = {cell.name: notebook.answer_before(key, cell) for cell in key.cells}
    failed = {tested[row.question] for row in rows if row.requirement and row.status == "failed"}
    for row in rows:
        if row.status != "failed" or not row.requirement or tested[row.question] in blank:
            continue
        below, reached = list(uses.get(tested[row.question], ())), set()
        while below:
            name = below.pop()
            if name not in reached:
                reached.add(name)
                below += uses[name]
        causes = [n for n in defined if n in reached & failed and n != tested[row.question]]
        if row.why.startswith("Not answered"):
            if missing := named(defined, [cause for cause in causes if cause in blank]):
                row.why = f"Could not be tried: it needs {missing}, not answered."
        elif causes:
            row.why += (
                f" It builds on {named(defined, causes)}, whose own tests are not all met: "
                "start there."
            )


def named(defined, answers):
    """What these answers define, for a sentence."""
    return ", ".join(f"`{name}`" for answer in answers for name in sorted(defined[answer]))
