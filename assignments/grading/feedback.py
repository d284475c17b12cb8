"""One page of feedback a student, and one with the answers that a person has to mark.

Everything that a student wrote is escaped. Of a test the page says its requirement and what its
visible part found; nothing here has ever seen the text of a hidden test.
"""

import functools
import re
import sys
from html import escape
from pathlib import Path

from . import textfile

COURSE = Path(__file__).resolve().parents[1]
MARKING = Path(__file__).with_name("by_hand.js")
SAVE = """<p>Tick the points of the rubric, or type others. This browser keeps both; save them as a
table for <code>make enter-marks</code>.</p>
<p><button>Save marked.csv</button> <output></output></p>
"""
# KaTeX writes MathML, which browsers set without a style or fonts of ours. A formula that it cannot
# read stays as it was written.
# Each text by itself: what one defines (\gdef) is not to change another's formulas.
TYPESET = """
for (const text of document.querySelectorAll(".written, label")) renderMathInElement(text, {
  output: "mathml", maxSize: 20, throwOnError: false,
  delimiters: [
    {left: "$$", right: "$$", display: true}, {left: "$", right: "$", display: false},
    {left: "\\\\[", right: "\\\\]", display: true},
    {left: "\\\\(", right: "\\\\)", display: false},
  ],
});
"""

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:;
  style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>{title}</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 56rem; padding: 0 1rem;
  color: #1b1b1b; background: #fff }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ text-align: left; vertical-align: top; padding: .4rem .6rem;
  border-top: 1px solid #767676 }}
td.points {{ white-space: nowrap }}
label {{ line-height: 2.4 }}
input {{ font: inherit; line-height: 1.5 }}
.written {{ white-space: pre-wrap; overflow-wrap: anywhere; background: #f3f3f3; padding: .8rem }}
</style>
</head>
<body>
<h1>{title}</h1>
{body}
</body>
</html>
"""


def write(folder, reports, keys):
    """Write the pages for a dictionary of (student, assignment) to report."""
    folder.mkdir(parents=True, exist_ok=True)
    students, to_mark = {}, []
    for (student, name), report in reports.items():
        students.setdefault(student, []).append((name, report))
        if report:
            to_mark += [(student, name, row) for row in report.rows if row.answer]
    taken = set()
    for student, sets in students.items():
        path = folder / file_name(student, taken)
        body = "\n".join(section(name, keys.get(name), report) for name, report in sets)
        _write_page(path, f"Feedback for {student}", body)
    body = "\n".join(answer(one, name, keys.get(name), row) for one, name, row in to_mark)
    script = f"<script>\n{MARKING.read_text(encoding='utf-8')}</script>\n"
    body = SAVE + body + script + formulas() if body else "<p>None.</p>"
    _write_page(folder / "_by-hand.html", "Answers to mark by hand", body)


@functools.cache
def formulas():
    """The scripts that set formulas, inside the page: it asks nobody for anything.

    KaTeX comes with the book's environment; nbgrader's, which may run us, lies beside that one.
    """
    for prefix in (sys.prefix, sys.prefix.removesuffix("-assignments")):
        for script in Path(prefix).glob("lib/python*/site-packages/sphinxcontrib/katex.min.js"):
            texts = [script, script.with_name("auto-render.min.js")]
            texts = [text.read_text(encoding="utf-8") for text in texts]
            return "".join(f"<script>{text}</script>\n" for text in (*texts, TYPESET))
    return "<p>Formulas are shown as they were typed: KaTeX was not found.</p>"


def page(title, body):
    """A page of its own."""
    return PAGE.format(title=escape(title), body=body)


def _write_page(path, title, body):
    """Write one page; half a character, which JSON may hold and UTF-8 may not, as its code."""
    path.write_text(page(title, body), encoding="utf-8", errors="backslashreplace")


def file_name(student, taken):
    """A file name of its own for a student, whatever the name contains."""
    plain = re.sub(r"[^\w.@ -]", "_", student).strip(" ._") or "student"
    plain = plain.encode()[:200].decode(errors="ignore")  # systems take 255 bytes
    name, number = f"{plain}.html", 2
    while name.lower() in taken:
        name, number = f"{plain}-{number}.html", number + 1
    taken.add(name.lower())
    return name


def section(name, key, report):
    """The part of the page for one problem set; one marked earlier may have its key elsewhere."""
    if report is None:
        return "<p>This notebook could not be marked; your teacher will look at it.</p>"
    given = sum(row.points or 0 for row in report.rows)
    total = sum(row.maximum for row in report.rows)
    waiting = sum(row.maximum for row in report.rows if row.points is None)
    sums = f"{given:g} of {total:g} points"
    if waiting:
        sums += f", with {waiting:g} still to be marked by a person"
    lines = "\n".join(table_row(row) for row in report.rows)
    notes = [f"Your notebook: {escape(doubt)}." for doubt in report.doubts]
    notes += [f"When your cells ran: {escape(error)}" for error in report.errors[:20]]
    listed = "".join(f"<li>{note}</li>" for note in notes)
    return f"""<h2>{escape(key.title if key else name)}</h2>
<p>{sums}.</p>
<table>
<thead><tr><th scope="col">Question</th><th scope="col">Points</th><th scope="col">What it asks,
and what was found</th></tr></thead>
<tbody>
{lines}
</tbody>
</table>
{f"<ul>{listed}</ul>" if notes else ""}"""


def table_row(row):
    """One question."""
    points = "–" if row.points is None else f"{row.points:g}"
    status = "a person will look at this" if row.status.startswith("needs a human") else row.status
    found = f"{escape(row.requirement)}<br>" if row.requirement else ""
    found += f"<strong>{escape(status)}</strong>"
    found += "".join(f"<br>{escape(line)}" for line in row.why.split("\n") if line)
    return (
        f'<tr><th scope="row">{escape(row.question)}</th>'
        f'<td class="points">{points} of {row.maximum:g}</td><td>{found}</td></tr>'
    )


def answer(student, name, key, row):
    """One answer for the person who marks: formulas and photographs shown, points to tick."""
    cells = {cell.name: cell.source for cell in key.cells} if key else {}
    model = cells.get(row.question, "Not in the sources that this run was given.")
    model = re.sub(r"^ *### (BEGIN|END) SOLUTION\n?", "", model, flags=re.M)
    ticks, start = "", 0
    for found in re.finditer(r"\(([^()]*?\d points?\b[^()]*)\)", model):
        step, start = model[start : found.start()].strip(" .;\n"), found.end()
        for points in found[1].split(", "):
            # "at most 3 points in all" is no step
            worth = re.match(r"([\d.]+) points?\b", points)
            box = f'<input type="checkbox" value="{worth[1]}">' if worth else ""
            ticks += f"<label>{box} {escape(step)} ({escape(points)})</label><br>"
    photographs = "".join(
        f'<p><img src="{escape(source)}" alt="attached by the student" style="max-width:100%"></p>'
        for source in row.pictures
    )
    entered = "" if row.points is None else f"{row.points:g}"
    named = (textfile.plain(student), name, row.question, entered)  # as in the table
    kinds = ("student", "assignment", "question", "entered", "answer")
    values = (*named, row.read)  # ticks and points belong to what was read
    data = " ".join(f'data-{k}="{escape(v)}"' for k, v in zip(kinds, values, strict=True))
    return f"""<section {data}>
<h2>{escape(student)}: {escape(row.question)}, {row.maximum:g} points{
        f" (entered: {entered})" if entered else ""
    }</h2>
<div class="written">{escape(row.answer)}</div>
{photographs}
<p>{ticks}
<label>Points <input type="number" min="0" max="{row.maximum:g}" step="any"></label>
<label>Comment <input size="40"></label></p>
<details><summary>Model answer with its points</summary>
<div class="written">{escape(model)}</div></details>
</section>"""
