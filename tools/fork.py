"""Name another repository wherever this one is named: make fork REPOSITORY=owner/name

The pages find their repository themselves (``_ext/repository.py``). Written down it is in what is
read elsewhere: the first cell of every notebook, the README's badges, the citation, the package's
metadata. The one that ``pyproject.toml`` names is replaced in all of them.
"""

import re
import sys
import tomllib
from pathlib import Path

NAME = re.compile(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+")
PLACES = ["pyproject.toml", "README.md", "CITATION.cff", "index.ipynb", "chapters/*.ipynb"]


def named(folder):
    """Return the repository that the package's metadata names, "owner/name"."""
    metadata = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    return metadata["project"]["urls"]["Repository"].removeprefix("https://github.com/")


def rename(folder, new):
    """Replace the repository in every place; return the files that changed."""
    if not NAME.fullmatch(new):
        raise ValueError(f"{new!r} is not owner/name")
    old = re.compile(rf"\b{re.escape(named(folder))}(?![\w-])")
    changed = []
    for path in sorted(path for place in PLACES for path in folder.glob(place)):
        before = path.read_text(encoding="utf-8")
        after = old.sub(new, before)
        if after != before:
            path.write_text(after, encoding="utf-8")
            changed.append(path.relative_to(folder).as_posix())
    return changed


if __name__ == "__main__":
    try:
        print("\n".join(rename(Path.cwd(), sys.argv[1] if len(sys.argv) > 1 else "")))
    except ValueError as error:
        sys.exit(f"make fork REPOSITORY=owner/name: {error}")
