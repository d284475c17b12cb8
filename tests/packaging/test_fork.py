"""A first cell makes the package available anywhere, and `make fork` renames where it is from."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.sources import ROOT, notebooks
from tools.fork import PLACES, named, rename

RUN_TWO_CELLS = """
import sys, nbformat
from nbclient import NotebookClient
book = nbformat.read(sys.argv[1], as_version=4)
book.cells = [cell for cell in book.cells if cell.cell_type == "code"][:2]
book.cells.append(nbformat.v4.new_code_cell("import softmax_src; print(softmax_src.__file__)"))
NotebookClient(book, timeout=600, kernel_name="python3").execute()
print(book.cells[-1].outputs[0].text)
assert not book.cells[1].outputs, book.cells[1].outputs
"""


def first_cell(path):
    """Return the first code cell of a notebook."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return next(cell for cell in cells if cell["cell_type"] == "code")


@pytest.fixture
def copy(tmp_path):
    """Return a copy of what is committed or about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).exists():
            (tmp_path / "copy" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tmp_path / "copy" / name)
    return tmp_path / "copy"


def test_every_first_cell_is_the_same_and_out_of_sight():
    cells = [first_cell(path) for path in notebooks() if path.name != "index.ipynb"]
    assert len({"".join(cell["source"]) for cell in cells}) == 1
    assert f"git+https://github.com/{named(ROOT)}" in "".join(cells[0]["source"])
    assert all("remove-cell" in cell["metadata"]["tags"] for cell in cells)


def test_fork_renames_everywhere_and_back(copy):
    old = named(copy)
    texts = {p: p.read_text(encoding="utf-8") for place in PLACES for p in copy.glob(place)}
    changed = rename(copy, "ada/Softmax.course")
    assert {"README.md", "CITATION.cff", "pyproject.toml"} <= set(changed)
    assert named(copy) == "ada/Softmax.course"
    left = [
        p for p in copy.rglob("*") if p.is_file() and p.suffix in {".md", ".ipynb", ".cff", ".toml"}
    ]
    assert not [p for p in left if old in p.read_text(encoding="utf-8")]
    rename(copy, old)
    assert {p: p.read_text(encoding="utf-8") for p in texts} == texts


@pytest.mark.parametrize("name", ["", "name", "a b/c", "https://github.com/a/b", "a/b/c", 'a/b"'])
def test_fork_refuses_what_is_no_repository(copy, name):
    with pytest.raises(ValueError, match="owner/name"):
        rename(copy, name)


def test_the_first_cell_installs_the_package_where_only_jupyter_is(copy, tmp_path):
    git = ["git", "-c", "user.name=reader", "-c", "user.email=reader@localhost"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "the book"]):
        subprocess.run([*git, *command], cwd=copy, check=True)
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "bare")], check=True)
    python = tmp_path / "bare" / "bin" / "python"
    environment = {key: os.environ[key] for key in os.environ if key != "PYTHONPATH"}
    environment |= {
        "PIP_CONSTRAINT": str(ROOT / "requirements.txt"),
        "PATH": f"{python.parent}:{os.environ['PATH']}",
    }
    environment |= {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "MPLCONFIGDIR": str(tmp_path / "mpl")}
    pip = [python, "-m", "pip", "install", "--quiet", "ipykernel", "nbclient"]
    jupyter = subprocess.run(pip, env=environment, capture_output=True, text=True)
    if jupyter.returncode and "No matching distribution" in jupyter.stderr:
        pytest.skip("pip has no index here, so a bare environment cannot get Jupyter")
    assert jupyter.returncode == 0, jupyter.stderr
    # The same cell, but for where the repository is.
    chapter = (ROOT / "chapters" / "02-definition.ipynb").read_text(encoding="utf-8")
    here = chapter.replace(f"git+https://github.com/{named(ROOT)}", f"git+{copy.as_uri()}")
    assert here != chapter
    (tmp_path / "chapter.ipynb").write_text(here, encoding="utf-8")
    done = subprocess.run(
        [python, "-c", RUN_TWO_CELLS, "chapter.ipynb"],
        cwd=tmp_path, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().startswith(str(tmp_path / "bare"))
