"""Name another repository and release wherever this one is named, and bring a fork up to date.

    make fork [REPOSITORY=owner/name] [REF=branch-or-tag]
    make release VERSION=1.2.0
    make doi DOI=10.5281/zenodo.1234567
    make update [FROM=branch-or-tag]

Which repository this is, ``_ext/repository.py`` finds out: for the pages, at each build, and for
``make fork``, which writes it down in what is read elsewhere: the first cell of every notebook, the
README's badges and its link to the pages, the citation, the package's metadata. What stands there
now is the constant ``[tool.softmax] source`` in ``pyproject.toml``; ``upstream`` beside it is where
the book is from, whose releases are on the package index. A fork's names differ from upstream's
only where these commands write, so ``make update`` takes them back before it merges and writes them
again after it.
"""

import argparse
import datetime
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from _ext.changelog import FILE as CHANGELOG
from _ext.changelog import released
from _ext.repository import Repository, branch_of, find, origin_of

SOURCE = re.compile(r"(?P<repository>[A-Za-z0-9-]+/[A-Za-z0-9._-]+)@(?P<ref>[A-Za-z0-9._-]+)")
VERSION = re.compile(r"\d+\.\d+\.\d+")
DOI = re.compile(r"10\.\d{4,9}/\S+")
PLACES = ["pyproject.toml", "README.md", "softmax_src/README.md", "CITATION.cff"]
PLACES += ["index.ipynb", "chapters/*.ipynb"]
# A notebook's first cell. In a browser's Python (emscripten) the page brings the package along.
CELL = """\
import sys
from importlib.util import find_spec

if sys.platform != "emscripten" and find_spec("softmax_book") is None:
    %pip install --quiet "softmax-src[notebooks]{source}\""""
AGAIN = """
if sys.platform != "emscripten" and find_spec("softmax_book") is None:
    %pip install --quiet "softmax-src[notebooks]{source}\""""
ENABLE = """
On GitHub, once, in your fork:
- Actions: enable the workflows (GitHub switches them off in a new fork);
- Settings, Pages, Source: GitHub Actions: then each push to main publishes the book;
- Settings, General, Features: Issues, so that readers and the scheduled workflows can report.
Publish no package: the variable PUBLISH_PACKAGE stays unset. `make update` merges new versions."""


def constants(text):
    """Return the constants in the text of pyproject.toml: a dict of source and upstream."""
    return tomllib.loads(text)["tool"]["softmax"]


def named(folder):
    """Return the source that the constant names, "owner/name@ref"."""
    return constants((folder / "pyproject.toml").read_text(encoding="utf-8"))["source"]


def first_cell(source, upstream):
    """Return the code of a notebook's first cell.

    A release of the book itself is installed from the package index, and from git where the index
    does not have it; everything else has no release there and is installed from git.
    """
    repository, ref = source.split("@")
    git = f" @ git+https://github.com/{source}"
    if repository != upstream or not VERSION.fullmatch(ref.removeprefix("v")):
        return CELL.format(source=git)
    return CELL.format(source=f"=={ref.removeprefix('v')}") + AGAIN.format(source=git)


def with_first_cell(text, code):
    """Return a notebook's text with that code in its first code cell, and nothing else changed."""
    notebook = json.loads(text)
    cell = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    cell["source"] = code.splitlines(keepends=True)
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def pages(repository):
    """Return the address of a repository's pages."""
    return Repository("github.com", repository, "").pages


def rename(folder, new):
    """Replace repository and ref in every place; return the files that changed."""
    if not SOURCE.fullmatch(new):
        raise ValueError(f"{new!r} is not owner/name@ref (letters, digits, dots and dashes)")
    upstream = constants((folder / "pyproject.toml").read_text(encoding="utf-8"))["upstream"]
    (old_repository, old_ref), (repository, ref) = named(folder).split("@"), new.split("@")
    # pip writes name@ref, Binder name/ref, Colab name/blob/ref, a citation name/tree/ref or no ref.
    old = re.compile(
        rf"^upstream = .*|\b{re.escape(old_repository)}(?![\w-])"
        rf"(?:(?P<between>@|/blob/|/tree/|/){re.escape(old_ref)}(?![\w-]))?",
        re.MULTILINE,
    )

    def replaced(match):
        if match[0].startswith("upstream"):
            return match[0]
        return repository + (match["between"] + ref if match["between"] else "")

    changed = []
    for path in sorted(path for place in PLACES for path in folder.glob(place)):
        before = path.read_text(encoding="utf-8")
        after = old.sub(replaced, before)
        for known in (old_repository, upstream):  # a merge may have brought upstream's link
            after = after.replace(pages(known), pages(repository))
        if path.suffix == ".ipynb":
            after = with_first_cell(after, first_cell(new, upstream))
        if after != before:
            path.write_text(after, encoding="utf-8")
            changed.append(path.relative_to(folder).as_posix())
    return changed


def write_lines(folder, *changes):
    """Replace the line that each pattern finds: (file, pattern, line); return the files."""
    for name, pattern, line in changes:
        text = (folder / name).read_text(encoding="utf-8")
        text, times = re.subn(pattern, line, text, count=1, flags=re.MULTILINE)
        if not times:
            raise ValueError(f"{name} has no line {pattern}")
        (folder / name).write_text(text, encoding="utf-8")
    return {name for name, _, _ in changes}


def release(folder, version, date):
    """Write a version, its date and its tag in every place; return the files that changed."""
    if not VERSION.fullmatch(version):
        raise ValueError(f"{version!r} is not a version such as 1.2.0")
    log = folder / CHANGELOG
    log.write_text(released(log.read_text(encoding="utf-8"), version, date), encoding="utf-8")
    changed = write_lines(
        folder,
        ("softmax_src/__init__.py", r"^__version__ = .*$", f'__version__ = "{version}"'),
        (
            "CITATION.cff",
            r"^version: .*\n(date-released: .*\n)?",
            f"version: {version}\ndate-released: {date}\n",
        ),
        ("index.ipynb", r"\{Version [^}]+\}", f"{{Version {version}}}"),
        ("index.ipynb", r"year( +)= \{\d+\}", rf"year\1= {{{date[:4]}}}"),
    )
    renamed = rename(folder, f"{named(folder).split('@')[0]}@v{version}")
    return sorted({CHANGELOG, *changed, *renamed})


def doi(folder, number):
    """Write the DOI of all versions into the citations and, as a badge, the README."""
    if not DOI.fullmatch(number):
        raise ValueError(f"{number!r} is not a DOI such as 10.5281/zenodo.1234567")
    badge = f"[![DOI](https://zenodo.org/badge/DOI/{number}.svg)](https://doi.org/{number})"
    return write_lines(
        folder,
        ("CITATION.cff", r"^(doi: .*\n)?license:", f"doi: {number}\nlicense:"),
        (
            "index.ipynb",
            r"(?:    \"  doi .*\n)?(    \"  url +=)",
            rf'    "  doi    = {{{number}}},\\n",\n\1',
        ),
        ("README.md", r"^(?:\[!\[DOI\].*\n)?(\[!\[Binder\])", rf"{badge}\n\1"),
    )


def git(folder, *arguments):
    """Run git in the folder and return what it prints; say what it said where it fails."""
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise ValueError(f"git {arguments[0]}: {done.stdout}{done.stderr}".strip())
    return done.stdout.strip()


def update(folder, ref, address=None):
    """Merge upstream's branch or tag into a fork: one commit before the merge, one after it.

    Before: the names as upstream has them where the histories parted, so that none conflicts.
    After: this fork's names, in what the merge brought too.
    """
    ours = named(folder)
    if git(folder, "status", "--porcelain"):
        raise ValueError("there are changes that are not committed; commit them first")
    text = (folder / "pyproject.toml").read_text(encoding="utf-8")
    git(folder, "fetch", address or f"https://github.com/{constants(text)['upstream']}", ref)
    base = git(folder, "merge-base", "HEAD", "FETCH_HEAD")
    theirs = constants(git(folder, "show", f"{base}:pyproject.toml"))["source"]
    if rename(folder, theirs):
        git(folder, "commit", "-aqm", f"Name {theirs}, to merge")
    try:
        git(folder, "merge", "--no-edit", "FETCH_HEAD")
    except ValueError as conflict:
        repository, branch = ours.split("@")
        raise ValueError(
            f"{conflict}\nResolve these, commit, and name the fork again:\n"
            f"make fork REPOSITORY={repository} REF={branch}"
        ) from None
    if rename(folder, ours):
        git(folder, "commit", "-aqm", f"Name {ours} again")


def own(folder, repository=None, ref=None):
    """Return "owner/name@ref" for this repository and its branch, unless told otherwise."""
    found = find(folder)
    if not repository and found is None:
        origin = origin_of(folder)
        said = f"the git remote origin is {origin}" if origin else "there is no git remote origin"
        raise ValueError(f"{said}: say which repository this is, REPOSITORY=owner/name")
    return f"{repository or found.path}@{ref or (found.branch if found else branch_of(folder))}"


def check_tag(folder, tag):
    """Refuse a tag that is not the package's version."""
    text = (folder / "softmax_src" / "__init__.py").read_text(encoding="utf-8")
    (version,) = re.findall(r'^__version__ = "(.+)"$', text, re.MULTILINE)
    if tag != f"v{version}":
        raise ValueError(f"the tag is {tag}, and the package's version {version}")


def main():
    """Do what the Makefile asks."""
    parser = argparse.ArgumentParser()
    for name in ("repository", "ref", "version", "doi", "update", "address", "is"):
        parser.add_argument(f"--{name}")
    asked = parser.parse_args()
    here = Path.cwd()
    try:
        if getattr(asked, "is"):
            return check_tag(here, getattr(asked, "is"))
        if asked.update is not None:
            update(here, asked.update or "main", asked.address)
            return print("Merged. `make test`, then push.")
        if asked.doi is not None:
            changed = doi(here, asked.doi)
        elif asked.version is not None:
            changed = release(here, asked.version, datetime.date.today().isoformat())
        else:
            changed = rename(here, own(here, asked.repository, asked.ref))
    except ValueError as error:
        sys.exit(str(error))
    print(*changed, f"First cells and badges name {named(here)}.", sep="\n")
    if asked.doi is asked.version is None:
        print(ENABLE)


if __name__ == "__main__":
    main()
