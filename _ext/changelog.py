"""What CHANGELOG.md says, version by version.

    python3 _ext/changelog.py 1.1.0     prints what a version changed, for its release on GitHub

The file keeps to keepachangelog.com. An entry below ``### Fixed`` that corrects the book has a
form of its own, from which the page of errata is made: what was wrong in bold, what is so, and at
its end since which version it stood, and where it was mended, by chapter and label:

    - **What was wrong.** What is so. *Since 1.0.0; mended in chapter 9 (sec-attention-scale).*
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

FILE = "CHANGELOG.md"
VERSION = re.compile(r"^## \[(?P<version>[^\]]+)\](?: - (?P<date>\d{4}-\d\d-\d\d))?$", re.MULTILINE)
ERRATUM = re.compile(
    r"\*\*(?P<wrong>.+?)\*\* (?P<right>.+) "
    r"\*Since (?P<since>\d+\.\d+\.\d+); mended in (?P<where>[\w ]+) \((?P<label>[\w-]+)\)\.\*"
)


@dataclass(frozen=True)
class Release:
    """One version's part of the file; ``date`` is None where it was not released."""

    version: str
    date: str | None
    text: str

    def entries(self, kind):
        """Return the entries of a section, "Fixed" say, each as one line."""
        section = re.search(rf"^### {kind}\n(.*?)(?=^### |\Z)", self.text, re.MULTILINE | re.DOTALL)
        listed = re.split(r"^- ", section[1], flags=re.MULTILINE)[1:] if section else []
        return [" ".join(entry.split()) for entry in listed]

    def errata(self):
        """Return the corrections of the book: dicts of wrong, right, since, where and label.

        They come in the order of the book: a reader of chapter 4 looks for what was wrong there.
        """
        found = map(ERRATUM.fullmatch, self.entries("Fixed"))
        return sorted((match.groupdict() for match in found if match), key=place)


def place(erratum):
    """Return what orders errata as the book is: chapters by number, appendices, other pages."""
    kind, _, number = erratum["where"].partition(" ")
    return {"chapter": 0, "appendix": 1}.get(kind, 2), number.zfill(2)


def read(text):
    """Return the file's releases, the newest first."""
    heads = list(VERSION.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    return [
        Release(head["version"], head["date"], text[head.end() : end].strip())
        for head, end in zip(heads, ends, strict=True)
    ]


def released(text, version, date):
    """Return the file with what was unreleased as a version of that date, and room for the next."""
    before, heading, after = text.partition("## [Unreleased]\n")
    if not heading:
        raise ValueError(f"{FILE} has no heading [Unreleased]")
    return f"{before}{heading}\n## [{version}] - {date}\n{after}"


def notes(text, version):
    """Return what one version changed."""
    found = [release for release in read(text) if release.version == version]
    if not found:
        raise ValueError(f"{FILE} has no heading [{version}]")
    return found[0].text


if __name__ == "__main__":
    try:
        print(notes(Path(FILE).read_text(encoding="utf-8"), sys.argv[1]))
    except ValueError as error:
        sys.exit(str(error))
