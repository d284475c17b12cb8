"""A first cell makes the package available anywhere; commands rewrite where it is from.

A release is installed from the package index, all else from git; a fork merges what is new here.
"""

import json
import re
import shutil
import subprocess
import sys
import tomllib

import pytest
import yaml

from tests.sources import ROOT, copy_repository, notebooks
from tools.fork import PLACES, check_tag, constants, doi, first_cell, named, own, release, rename
from tools.fork import update as merge

UPSTREAM = constants((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["upstream"]


def cell_of(path):
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
        assert "".join(cell_of(path)["source"]) == first_cell(f"{repository}@{ref}", UPSTREAM), path
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert f"https://mybinder.org/v2/gh/{repository}/{ref}?" in readme
    assert f"https://colab.research.google.com/github/{repository}/blob/{ref}/" in readme
    preface = (folder / "index.ipynb").read_text(encoding="utf-8")
    assert f"{{https://github.com/{repository}/tree/{ref}}}" in preface
    for name in ("CITATION.cff", "pyproject.toml"):
        assert f'"https://github.com/{repository}"' in (folder / name).read_text(encoding="utf-8")
    owner, name = repository.split("/")
    for path in ("README.md", "softmax_src/README.md", "pyproject.toml"):
        text = (folder / path).read_text(encoding="utf-8")
        (pages,) = re.findall(r"https://[\w-]+\.github\.io/[^)\"]*", text)
        assert pages == f"https://{owner.lower()}.github.io/{name}/"


def test_every_first_cell_is_the_same_and_out_of_sight():
    cells = [cell_of(path) for path in notebooks()]
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
    dated = citation.get("date-released")
    assert bool(dated) == bool(re.fullmatch(r"[\d.]+", version)), "only a release has a date"
    if dated:
        assert re.findall(r"year += {(\d+)}", preface) == [str(dated)[:4]]
    return version


def test_version_citation_and_release_agree():
    version = check_version(ROOT)
    ref = named(ROOT).split("@")[1]
    # What was not released names no tag, and a fork may follow a branch instead of its releases.
    assert ref == f"v{version}" or not re.match(r"v?\d", ref)


def test_the_index_is_asked_for_releases_of_the_book_and_nothing_else():
    released = first_cell(f"{UPSTREAM}@v1.2.0", UPSTREAM)
    assert 'install --quiet "softmax-src[notebooks]==1.2.0"' in released
    assert released.index("==1.2.0") < released.index(f"git+https://github.com/{UPSTREAM}@v1.2.0")
    for source in (f"{UPSTREAM}@main", "ada/course@v1.2.0", "ada/course@main"):
        cell = first_cell(source, UPSTREAM)
        assert "==" not in cell
        assert f"git+https://github.com/{source}" in cell


@pytest.mark.parametrize("platform", ["linux", "emscripten"])
@pytest.mark.parametrize("ref", ["main", "v1.2.0"])
def test_the_first_cell_does_nothing_where_the_package_is_and_in_a_browser(platform, ref):
    asked = []
    code = re.sub(r"%pip (.*)", r"pip(r'\1')", first_cell(f"{UPSTREAM}@{ref}", UPSTREAM))
    code = code.replace("import sys\n", "").replace("from importlib.util import find_spec\n", "")
    for there in (True, None):
        sys_there = type("sys", (), {"platform": platform})
        exec(code, {"sys": sys_there, "find_spec": lambda _, t=there: t, "pip": asked.append})
    assert len(asked) == (0 if platform == "emscripten" else 2 if ref == "v1.2.0" else 1)


def test_fork_renames_everywhere_and_back(copy):
    before, old = sources(copy), named(copy)
    changed = rename(copy, "ada/Softmax.course@main")
    assert {"README.md", "CITATION.cff", "pyproject.toml", "index.ipynb"} <= set(changed)
    check_source(copy, "ada/Softmax.course", "main")
    here = f'upstream = "{old.split("@")[0]}"'
    left = {path: text.replace(here, "") for path, text in sources(copy).items()}
    assert not [path for path, text in left.items() if old.split("@")[0] in text]
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
    with pytest.raises(ValueError, match="no git remote"):
        own(copy)
    subprocess.run(["git", "remote", "add", "origin", "../book"], cwd=copy, check=True)
    with pytest.raises(ValueError, match=r"origin is \.\./book: .* REPOSITORY=owner/name"):
        own(copy)
    remote = ["git", "remote", "set-url", "origin", "git@github.com:ada/course.git"]
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
    log = (copy / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "## [Unreleased]\n\n## [2.10.3] - 2027-01-31\n" in log
    check_tag(copy, "v2.10.3")
    with pytest.raises(ValueError, match=r"2\.10\.3"):
        check_tag(copy, "v2.10.4")
    release(copy, "2.10.4", "2027-02-01")  # and once more, from a release
    assert check_version(copy) == "2.10.4"


def test_a_doi_is_written_once(copy):
    for number in ("10.5281/zenodo.1", "10.5281/zenodo.23"):
        doi(copy, number)
    for name in ("README.md", "CITATION.cff", "index.ipynb"):
        text = (copy / name).read_text(encoding="utf-8")
        assert "zenodo.23" in text
        assert 'zenodo.1"' not in text
        assert "zenodo.1." not in text
    cells = json.loads((copy / "index.ipynb").read_text(encoding="utf-8"))["cells"]
    (bibtex,) = [c for c in map("".join, (c["source"] for c in cells)) if "@misc" in c]
    assert "  doi    = {10.5281/zenodo.23},\n  url    = {" in bibtex
    with pytest.raises(ValueError, match="DOI"):
        doi(copy, "zenodo.1")


def test_a_fork_takes_a_release_without_a_conflict_and_keeps_what_is_its_own(copy, tmp_path):
    def git(folder, *arguments):
        who = ["-c", "user.name=ada", "-c", "user.email=ada@localhost"]
        done = subprocess.run(
            ["git", *who, *arguments], cwd=folder, check=True, capture_output=True
        )
        return done.stdout.decode()

    def change(folder, name, old, new):
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    git(copy, "init", "-q", "-b", "main")
    git(copy, "config", "user.name", "ada")
    git(copy, "config", "user.email", "ada@localhost")
    git(copy, "add", "-A")
    git(copy, "commit", "-qm", "the book")
    fork = tmp_path / "fork"
    git(tmp_path, "clone", "-q", str(copy), str(fork))
    for name, value in (("name", "ada"), ("email", "ada@localhost")):
        git(fork, "config", f"user.{name}", value)
    rename(fork, "ada/course@main")
    (fork / "course").mkdir()
    (fork / "course" / "sheet.md").write_text("our own questions\n")
    change(fork, "chapters/02-definition.ipynb", "# Definition", "# Definition, for my course")
    git(fork, "add", "-A")
    git(fork, "commit", "-qm", "Name this fork")

    # Two releases, and a change of a chapter that the fork did not touch.
    for version in ("8.0.0", "8.1.0"):
        release(copy, version, "2030-01-01")
        change(
            copy, "chapters/04-softmax-loss.ipynb", "# Softmax loss", f"# Softmax loss {version}"
        )
        git(copy, "commit", "-qam", version)
        git(copy, "tag", f"v{version}")
        merge(fork, f"v{version}", str(copy))
        check_source(fork, "ada/course", "main")
        assert check_version(fork) == version
        assert f"Softmax loss {version}" in (fork / "chapters/04-softmax-loss.ipynb").read_text()
    assert (fork / "course" / "sheet.md").exists()
    assert "for my course" in (fork / "chapters/02-definition.ipynb").read_text(encoding="utf-8")
    assert git(fork, "status", "--porcelain") == ""


def test_the_book_leaves_the_folder_of_a_course_alone():
    done = subprocess.run(["git", "ls-files", "course"], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == ""


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


def test_files_of_students_as_the_teaching_pages_call_them_stay_out_of_a_public_fork(tmp_path):
    texts = [(ROOT / f"front/{name}.md").read_text("utf-8") for name in ("teaching", "marking")]
    called = re.findall(
        r"(?:(?:SUBMITTED|GRADES|MARKS|STUDENTS)=|--(?:roster|course) )([\w.-]+)", "".join(texts)
    )
    shutil.copy(ROOT / ".gitignore", tmp_path)
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    others = {"canvas.zip", "submissions-2/ada.ipynb", "ps1-grades.csv", "grades-feedback"}
    names = sorted({*called, *others, "my-notebooks/ada.ipynb", "grades-state"})
    ask = ["git", "check-ignore", *(f"{name}/x" if name == "collected" else name for name in names)]
    ignored = subprocess.run(ask, cwd=tmp_path, stdout=subprocess.PIPE, text=True).stdout.split()
    assert len(names) > 8
    assert len(ignored) == len(names), set(names) - set(ignored)
