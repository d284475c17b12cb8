"""Name another repository and release wherever this one is named.

    make fork [REPOSITORY=owner/name] [REF=branch-or-tag]
    make release VERSION=1.2.0

Which repository this is, ``_ext/repository.py`` finds out: for the pages, at each build, and for
``make fork``, which writes it down in what is read elsewhere: the first cell of every notebook, the
README's badges, the citation, the package's metadata. What stands there now is the constant
``[tool.softmax] source`` in ``pyproject.toml``.
"""

import argparse
import datetime
import re
import sys
import tomllib
from pathlib import Path

from _ext.repository import branch_of, find

SOURCE = re.compile(r"(?P<repository>[A-Za-z0-9-]+/[A-Za-z0-9._-]+)@(?P<ref>[A-Za-z0-9._-]+)")
VERSION = re.compile(r"\d+\.\d+\.\d+")
PLACES = ["pyproject.toml", "README.md", "CITATION.cff", "index.ipynb", "chapters/*.ipynb"]


def named(folder):
    """Return the source that the constant names, "owner/name@ref"."""
    metadata = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    return metadata["tool"]["softmax"]["source"]


def rename(folder, new):
    """Replace repository and ref in every place; return the files that changed."""
    if not SOURCE.fullmatch(new):
        raise ValueError(f"{new!r} is not owner/name@ref (letters, digits, dots and dashes)")
    (old_repository, old_ref), (repository, ref) = named(folder).split("@"), new.split("@")
    # pip writes name@ref, Binder name/ref, Colab name/blob/ref; a citation names no ref.
    old = re.compile(
        rf"\b{re.escape(old_repository)}(?![\w-])"
        rf"(?:(?P<between>@|/blob/|/){re.escape(old_ref)}(?![\w-]))?"
    )

    def replaced(match):
        return repository + (match["between"] + ref if match["between"] else "")

    changed = []
    for path in sorted(path for place in PLACES for path in folder.glob(place)):
        before = path.read_text(encoding="utf-8")
        after = old.sub(replaced, before)
        if after != before:
            path.write_text(after, encoding="utf-8")
            changed.append(path.relative_to(folder).as_posix())
    return changed


def release(folder, version, date):
    """Write a version, its date and its tag in every place; return the files that changed."""
    if not VERSION.fullmatch(version):
        raise ValueError(f"{version!r} is not a version such as 1.2.0")
    for name, pattern, line in (
        ("softmax_src/__init__.py", r"^__version__ = .*$", f'__version__ = "{version}"'),
        ("CITATION.cff", r"^version: .*$", f"version: {version}"),
        ("CITATION.cff", r"^date-released: .*$", f"date-released: {date}"),
        ("index.ipynb", r"\{Version [\d.]+\}", f"{{Version {version}}}"),
        ("index.ipynb", r"year( +)= \{\d+\}", rf"year\1= {{{date[:4]}}}"),
    ):
        text = (folder / name).read_text(encoding="utf-8")
        text, times = re.subn(pattern, line, text, count=1, flags=re.MULTILINE)
        if not times:
            raise ValueError(f"{name} has no line {pattern}")
        (folder / name).write_text(text, encoding="utf-8")
    changed = rename(folder, f"{named(folder).split('@')[0]}@v{version}")
    return sorted({"softmax_src/__init__.py", "CITATION.cff", "index.ipynb", *changed})


def own(folder, repository=None, ref=None):
    """Return "owner/name@ref" for this repository and its branch, unless told otherwise."""
    found = find(folder)
    if not repository and found is None:
        raise ValueError("no git remote named origin says which repository this is")
    return f"{repository or found.path}@{ref or (found.branch if found else branch_of(folder))}"


def main():
    """Do what the Makefile asks."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--repository")
    parser.add_argument("--ref")
    parser.add_argument("--version")
    asked = parser.parse_args()
    here = Path.cwd()
    try:
        if asked.version is not None:
            changed = release(here, asked.version, datetime.date.today().isoformat())
        else:
            changed = rename(here, own(here, asked.repository, asked.ref))
    except ValueError as error:
        sys.exit(f"{error}\nmake fork REPOSITORY=owner/name, or make release VERSION=1.2.0")
    print(*changed, f"First cells and badges now name {named(here)}.", sep="\n")


if __name__ == "__main__":
    main()
