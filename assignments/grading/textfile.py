"""Tables as spreadsheets save them: `;` or `,` or tabs, Unicode or Latin-1, decimal commas."""

import csv
import io
from pathlib import Path


def read(path):
    """The text of a file."""
    try:
        raw = Path(path).read_bytes()
    except OSError as error:
        raise SystemExit(f"{path}: {error.strerror}") from error
    encoding = "utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    if raw.startswith(b"PK\x03\x04") or "\0" in text:
        raise SystemExit(f"{path} is not text; save it as a table (CSV UTF-8), a workbook too")
    return text


def rows(path):
    """The rows of a table, the heading first."""
    text = io.StringIO(read(path), newline=None).read()  # every system's ends of lines
    if text.startswith("sep="):  # a line for Excel alone
        text = text.partition("\n")[2]
    first = text.split("\n", 1)[0]
    separator = max(";,\t", key=first.count)
    try:  # strict, or a quotation mark that nobody closed swallows all further lines
        table = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
        return [row for row in table if any(row)]
    except csv.Error as error:
        raise SystemExit(f"{path} is no table: {error}") from error


def records(path, needed):
    """The rows as dictionaries, headings in lower case; raises `SystemExit` if one is missing."""
    found = rows(path)
    heading = [name.strip().lower() for name in found[0]] if found else []
    missing = [name for name in needed if name not in heading]
    if missing:
        raise SystemExit(f"{path}: no column {', '.join(missing)}; there are {', '.join(heading)}")
    short = [number for number, row in enumerate(found, 1) if len(row) < len(heading)]
    if short:
        raise SystemExit(f"{path}: line {short[0]} has too few columns")
    long = [
        number for number, row in enumerate(found, 1) if any(map(str.strip, row[len(heading) :]))
    ]
    if long:
        raise SystemExit(
            f"{path}: line {long[0]} has too many columns; a name with a comma stands in "
            'quotation marks, as in "Lovelace, Ada"'
        )
    return [dict(zip(heading, row, strict=False)) for row in found[1:]]


def number(text):
    """A number with a point or a comma; raises `ValueError`."""
    return float(text.strip().replace(",", "."))


def plain(value):
    """Text that a spreadsheet does not take for a formula."""
    return "'" + value if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def write(path, heading, lines):
    """Write a table. A name that is not text must not cost everyone the table."""
    with open(path, "w", newline="", encoding="utf-8", errors="backslashreplace") as file:
        table = csv.writer(file)
        table.writerow(heading)
        table.writerows([plain(str(value)) for value in line] for line in lines)
