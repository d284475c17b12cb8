"""Check a bank and print how many questions of each kind its chapters have.

python -m softmax_book.questions [FILE or FOLDER …]
"""

import sys
from pathlib import Path

from softmax_book.questions.bank import BANK, Book, count, files, problems, thin, twice
from softmax_book.questions.model import KINDS, BadQuestions
from softmax_book.questions.parse import read


def check(paths):
    """Return the questions of these files, and what is wrong with them."""
    questions, errors = [], []
    for path in paths:
        try:
            questions += read(path)
        except BadQuestions as bad:
            errors += bad.errors
    book = Book()
    errors += twice(questions)
    for question in questions:
        errors += problems(question, book)
    return questions, errors


def table(questions):
    """Return the lines of a table: chapters and kinds."""
    counts = count(questions)
    width = max(map(len, [*counts, "chapter"]))
    yield "  ".join([f"{'chapter':{width}}", *KINDS, "sum"])
    rows = [*counts.items(), ("sum", {k: sum(c[k] for c in counts.values()) for k in KINDS})]
    for chapter, row in rows:
        cells = [f"{row[kind]:{len(kind)}}" for kind in KINDS]
        yield "  ".join([f"{chapter:{width}}", *cells, f"{sum(row.values()):3}"])


def main(arguments):
    """Print errors, or the table."""
    given = [Path(argument) for argument in arguments or [BANK]]
    paths = [file for path in given for file in (files(path) if path.is_dir() else [path])]
    questions, errors = check(paths)
    for line in errors:
        print(line, file=sys.stderr)
    if questions:
        print("\n".join(table(questions)))
    unchecked = sum(not question.check for question in questions)
    print(f"{unchecked} of {len(questions)} without a check; {len(errors)} errors")
    for chapter, labels in thin(questions, Book()).items():
        if chapter in count(questions):
            print(f"{chapter}: fewer than two questions on {', '.join(labels)}")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
