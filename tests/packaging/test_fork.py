"""A first cell makes the package available anywhere; two commands rewrite where it is from."""

import json
import os
import re
import subprocess
import sys
import tomllib

import pytest
import yaml

from tests.environments import install
from tests.sources import ROOT, copy_repository, notebooks
from tools.fork import PLACES, named, own, release, rename

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
    """Return a copy of the repository."""
    return copy_repository(tmp_path / "copy")


def sources(folder):
    """Return the texts that may name the source, by path."""
    return {path: path.read_text(encoding="utf-8") for p in PLACES for path in folder.glob(p)}


def check_source(folder, repository, ref):
    """Assert that first cells, badges and metadata name this repository and this ref."""
    assert named(folder) == f"{repository}@{ref}"
    for path in [folder / "index.ipynb", *(folder / "chapters").glob("*.ipynb")]:
        assert f'git+https://github.com/{repository}@{ref}"\n' in first_code(path), path
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert f"https://mybinder.org/v2/gh/{repository}/{ref}?" in readme
    assert f"https://colab.research.google.com/github/{repository}/blob/{ref}/" in readme
    for name in ("CITATION.cff", "pyproject.toml"):
        assert f'"https://github.com/{repository}"' in (folder / name).read_text(encoding="utf-8")


def first_code(path):
    """Return the code of a notebook's first cell, a newline at its end."""
    return "".join(first_cell(path)["source"]) + "\n"


def test_every_first_cell_is_the_same_and_out_of_sight():
    cells = [first_cell(path) for path in notebooks()]
    assert len({"".join(cell["source"]) for cell in cells}) == 1
    assert all("remove-cell" in cell["metadata"]["tags"] for cell in cells)


def test_one_source_everywhere():
    check_source(ROOT, *named(ROOT).split("@"))


def check_version(folder):
    """Assert that package, citation file and the preface's citation agree; return the version."""
    metadata = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    citation = yaml.safe_load((folder / "CITATION.cff").read_text(encoding="utf-8"))
    preface = (folder / "index.ipynb").read_text(encoding="utf-8")
    assert metadata["project"]["dynamic"] == ["version"]
    code = (folder / "softmax_src" / "__init__.py").read_text(encoding="utf-8")
    (version,) = re.findall(r'^__version__ = "(.+)"$', code, re.M)
    assert citation["version"] == version
    assert f"{{Version {version}}}" in preface
    assert re.findall(r"year += {(\d+)}", preface) == [str(citation["date-released"])[:4]]
    return version


def test_version_citation_and_release_agree():
    version = check_version(ROOT)
    ref = named(ROOT).split("@")[1]
    # A fork may follow a branch instead of its own releases.
    assert ref == f"v{version}" or not re.match(r"v?\d", ref)


def test_fork_renames_everywhere_and_back(copy):
    before, old = sources(copy), named(copy)
    changed = rename(copy, "ada/Softmax.course@main")
    assert {"README.md", "CITATION.cff", "pyproject.toml", "index.ipynb"} <= set(changed)
    check_source(copy, "ada/Softmax.course", "main")
    assert not [path for path, text in sources(copy).items() if old.split("@")[0] in text]
    rename(copy, old)
    assert sources(copy) == before


def test_a_fork_without_tags_names_the_branch_that_it_has(copy):
    subprocess.run(["git", "init", "-q", "-b", "autumn"], cwd=copy, check=True)
    subprocess.run(
        [sys.executable, "-m", "tools.fork", "--repository", "ada/course", "--ref", ""],
        cwd=copy, check=True, capture_output=True,
    )  # fmt: skip
    check_source(copy, "ada/course", "autumn")


def test_a_fork_is_named_by_its_remote_unless_it_is_told(copy, monkeypatch):
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    subprocess.run(["git", "init", "-q", "-b", "spring"], cwd=copy, check=True)
    with pytest.raises(ValueError, match="remote"):
        own(copy)
    remote = ["git", "remote", "add", "origin", "git@github.com:ada/course.git"]
    subprocess.run(remote, cwd=copy, check=True)
    assert own(copy) == "ada/course@spring"
    assert own(copy, ref="v2.0.0") == "ada/course@v2.0.0"
    assert own(copy, "emmy/course") == "emmy/course@spring"


def test_release_writes_version_date_and_tag(copy):
    repository = named(copy).split("@")[0]
    release(copy, "2.10.3", "2027-01-31")
    check_source(copy, repository, "v2.10.3")
    assert check_version(copy) == "2.10.3"
    citation = yaml.safe_load((copy / "CITATION.cff").read_text(encoding="utf-8"))
    assert str(citation["date-released"]) == "2027-01-31"


@pytest.mark.parametrize("version", ["", "v1.0.0", "1.0", "next"])
def test_release_refuses_what_is_no_version(copy, version):
    with pytest.raises(ValueError, match="version"):
        release(copy, version, "2027-01-31")


@pytest.mark.parametrize(
    "source",
    ["@main", "name@main", "a b/c@main", "a/b/c@main", 'a/b"@main', "a/b", "a/b@", "a/b@to/x"],
)
def test_fork_refuses_what_is_no_repository(copy, source):
    with pytest.raises(ValueError, match="owner/name"):
        rename(copy, source)


def test_the_first_cell_installs_the_package_where_only_jupyter_is(copy, tmp_path):
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
    # The same cell, but for where the repository is; this appendix needs most.
    chapter = (ROOT / "chapters" / "a-softmax-properties.ipynb").read_text(encoding="utf-8")
    ref = named(ROOT).split("@")[1]
    subprocess.run([*git, "tag", ref], cwd=copy, check=True)
    here = chapter.replace(f"git+https://github.com/{named(ROOT)}", f"git+{copy.as_uri()}@{ref}")
    assert here != chapter
    (tmp_path / "chapter.ipynb").write_text(here, encoding="utf-8")
    done = subprocess.run(
        [python, "-c", RUN_TWO_CELLS, "chapter.ipynb"],
        cwd=tmp_path, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().startswith(str(tmp_path / "bare"))
