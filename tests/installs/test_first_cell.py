"""The first cell of a chapter installs all that it needs where Jupyter alone is."""

import os
import subprocess
import sys

from tests.environments import install
from tests.sources import ROOT, copy_repository
from tools.fork import constants, rename

UPSTREAM = constants((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["upstream"]

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


def test_the_first_cell_installs_the_package_where_only_jupyter_is(tmp_path):
    copy = copy_repository(tmp_path / "copy")
    git = ["git", "-c", "user.name=reader", "-c", "user.email=reader@localhost"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "the book"]):
        subprocess.run([*git, *command], cwd=copy, check=True)
    bare = tmp_path / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", bare], check=True)
    python, lock = bare / "bin" / "python", ROOT / "requirements.txt"
    environment = {key: os.environ[key] for key in os.environ if key != "PYTHONPATH"} | {
        "PATH": f"{python.parent}:{os.environ['PATH']}",
        "PIP_CONSTRAINT": str(lock),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_COMPILE": "1",  # compiling what nobody imports would take longer than all else
    }
    install(python, "--constraint", lock, "pip", "ipykernel", "nbclient")
    # A release that no index has, and whose tag is here; this appendix needs most.
    source = f"{UPSTREAM}@v0.0.0"
    rename(copy, source)
    subprocess.run([*git, "tag", "v0.0.0"], cwd=copy, check=True)
    chapter = (copy / "chapters" / "a-softmax-properties.ipynb").read_text(encoding="utf-8")
    here = chapter.replace(f"git+https://github.com/{source}", f"git+{copy.as_uri()}@v0.0.0")
    assert here != chapter
    (tmp_path / "chapter.ipynb").write_text(here, encoding="utf-8")
    done = subprocess.run(
        [python, "-c", RUN_TWO_CELLS, "chapter.ipynb"],
        cwd=tmp_path, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().startswith(str(tmp_path / "bare"))
