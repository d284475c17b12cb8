"""Write the bank's questions for a course: one file a chapter, below dist/quiz, and a zip of all.

python -m tools.exports.quiz [FORMAT] [--chapters "2 3"] [--variants 5] [--bank FOLDER]
"""

import argparse
import sys
import zipfile
from pathlib import Path

from softmax_book.questions import Book
from tools.exports import canvas, moodle, plain, qti21
from tools.exports.items import bank, item, variants

FORMATS = {"canvas": canvas, "qti21": qti21, "moodle": moodle, "text": plain}
VARIANTS = 5


def write(name, chapter, questions, folder, count=VARIANTS):
    """Write the questions of a chapter in a format and return the file."""
    form = FORMATS[name]
    count = 1 if form is plain else count
    groups = [[item(a, form.FORMS) for a in variants(q, count)] for q in questions]
    path = folder / f"softmax-{chapter}.{form.SUFFIX}"
    number = chapter.split("-")[0].lstrip("0").upper()
    form.write(path, f"Softmax {number}: {Book().title(chapter)}", groups)
    return path


def main(arguments=None):
    """Write the files and say where they are."""
    parser = argparse.ArgumentParser(prog="make quiz")
    parser.add_argument("format", nargs="?", default="", help=f"one of {', '.join(FORMATS)}")
    parser.add_argument("--chapters", default="")
    parser.add_argument("--variants", default=VARIANTS, type=int)
    parser.add_argument("--bank", default="")
    parser.add_argument("--to", default=Path("dist"), type=Path)
    given = parser.parse_args(arguments)
    if given.format and given.format not in FORMATS:
        sys.exit(f"FORMAT={given.format} is unknown; accepted are {', '.join(FORMATS)}")
    if given.variants < 1:
        sys.exit(f"VARIANTS={given.variants} writes no question; say how many sets of numbers")
    questions = bank(given.chapters, given.bank)
    chapters = dict.fromkeys(question.chapter for question in questions)
    for name in [given.format] if given.format else FORMATS:
        folder = given.to / "quiz" / name
        folder.mkdir(parents=True, exist_ok=True)
        paths = []
        for chapter in chapters:
            chosen = [question for question in questions if question.chapter == chapter]
            paths.append(write(name, chapter, chosen, folder, given.variants))
            print(f"{paths[-1]}: {len(chosen)} questions", flush=True)
        if not given.chapters and not given.bank:
            whole = given.to / f"softmax-quiz-{name}.zip"
            with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
                for path in paths:
                    archive.write(path, path.name)
            print(f"{whole}: all of these")


if __name__ == "__main__":
    main()
