"""The README's map is complete, and what its picture names is there."""

import re
import subprocess
import tomllib

from softmax_book.questions import read_bank
from tests.sources import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
MAP = README.split("## Where things are")[1].split("\n## ")[0]


def tracked():
    """Return the paths of all files of the repository."""
    command = ["git", "ls-files", "-co", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [path for path in done.stdout.splitlines() if (ROOT / path).exists()]


def test_every_folder_is_on_the_map():
    # `course` is a fork's own, as the teaching page says
    folders = {path.split("/")[0] for path in tracked() if "/" in path}
    assert {f for f in folders if f[0] != "." and f"`{f}/" not in MAP} <= {"assets", "course"}


def test_it_names_the_pythons_of_the_package_and_counts_the_questions():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    kinds = [kind.rpartition(" ")[2] for kind in project["classifiers"] if ":: 3." in kind]
    assert f"With Python {kinds[0]} to {kinds[-1]}" in README
    hundreds = {2: "two", 3: "three", 4: "four", 5: "five"}[round(len(read_bank()) / 100)]
    assert f"some {hundreds} hundred quick questions" in README


def test_the_folders_of_tests_are_on_the_map():
    parts = {path.split("/")[1] for path in tracked() if path.startswith("tests/")}
    parts = {part for part in parts if "." not in part}
    assert {part for part in parts if not re.search(rf"`{part}/?`", MAP)} == set()


def test_the_files_in_the_picture_are_there():
    picture = (ROOT / "assets" / "flow.svg").read_text(encoding="utf-8")
    files = re.findall(r'class="file"[^>]*>([^<]+)<', picture)
    assert len(files) == 6
    for name in files:
        places = (name, f"softmax_book/{name}", name.replace(".html", ".ipynb"))
        assert any((ROOT / place).exists() for place in places), name
