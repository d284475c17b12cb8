"""What a release consists of is as its receivers want it: index, GitHub, Zenodo, readers."""

import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml

import changelog
from tests.sources import ROOT
from tools import versions

CHANGES = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
LICENCES = set(re.findall(r"^  - (\S+)$", (ROOT / "CITATION.cff").read_text(), re.MULTILINE))


def test_the_citation_is_what_github_and_zenodo_read():
    command = [Path(sys.executable).with_name("check-jsonschema"), "--builtin-schema"]
    command += ["vendor.citation-file-format", ROOT / "CITATION.cff"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_zenodo_knows_what_it_is():
    """Its required fields, and words of its own lists; version and files come with the tag."""
    about = json.loads((ROOT / ".zenodo.json").read_text(encoding="utf-8"))
    assert {"title", "description", "creators", "upload_type", "access_right", "license"} <= set(
        about
    )
    assert about["upload_type"] == "software"
    assert about["access_right"] == "open"
    assert about["license"] in LICENCES
    assert all(set(creator) <= {"name", "affiliation", "orcid"} for creator in about["creators"])
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f'title: "{about["title"]}"' in citation
    assert all(f'name: "{creator["name"]}"' in citation for creator in about["creators"])
    named = re.findall(r": (.+?)\.(?= |$)", about["notes"])
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert len(named) == 2
    assert all(name in licence for name in named)


def test_the_citation_leads_where_the_package_does():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {citation["url"], citation["repository-code"]} == {project["urls"]["Repository"]}


def test_the_changelog_keeps_its_form():
    releases = changelog.read(CHANGES)
    assert releases[0].version == "Unreleased"
    assert all(release.date for release in releases[1:])
    assert set(re.findall(r"^### (.+)$", CHANGES, re.MULTILINE)) <= KINDS
    bold = [e for release in releases for e in release.entries("Fixed") if e.startswith("**")]
    errata = [erratum for release in releases for erratum in release.errata()]
    assert len(bold) == len(errata) > 20, "an entry that corrects the book has another form"
    known = {release.version for release in releases[1:]}
    assert {erratum["since"] for erratum in errata} <= known


def test_errata_come_in_the_order_of_the_book():
    wheres = ["the ledger", "chapter 10", "appendix B", "chapter 9", "appendix A", "chapter 10"]
    listed = "".join(f"- **W.** R. *Since 1.0.0; mended in {where} (sec).*\n" for where in wheres)
    (release,) = changelog.read(f"## [Unreleased]\n\n### Fixed\n\n{listed}")
    assert [erratum["where"] for erratum in release.errata()] == [
        "chapter 9", "chapter 10", "chapter 10", "appendix A", "appendix B", "the ledger",
    ]  # fmt: skip


def test_the_notes_of_a_release_are_its_part_of_the_changelog(tmp_path):
    made = changelog.released(CHANGES, "9.0.0", "2031-01-01")
    assert changelog.read(made)[0].text == ""
    assert changelog.notes(made, "9.0.0") == changelog.read(CHANGES)[0].text
    with pytest.raises(ValueError, match=r"9\.1\.0"):
        changelog.notes(made, "9.1.0")
    command = [sys.executable, ROOT / "_ext" / "changelog.py", "1.0.0"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "The first version" in done.stdout


def test_pages_of_earlier_releases_are_unpacked_below_their_number(tmp_path, monkeypatch):
    def gh(*arguments):
        if arguments[1] == "list":
            tags = ["v1.2.0", "v1.1.0", "nightly"]
            return json.dumps([{"tagName": tag} for tag in tags])
        if arguments[2] == "v1.1.0":  # a release that brought no pages
            raise subprocess.CalledProcessError(1, "gh", stderr="no assets match")
        with zipfile.ZipFile(Path(arguments[-1]) / versions.ZIP, "w") as pages:
            pages.writestr("softmax-offline/index.html", "the book of 1.2.0")
        return ""

    monkeypatch.setattr(versions, "gh", gh)
    assert versions.fetch(tmp_path) == ["1.2.0"]
    assert (tmp_path / "1.2.0" / "index.html").read_text() == "the book of 1.2.0"


def test_a_container_and_an_editor_find_the_environment():
    container = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text())
    assert container["postCreateCommand"] == "make venv"
    python = container["customizations"]["vscode"]["settings"]["python.defaultInterpreterPath"]
    assert python == "${containerWorkspaceFolder}/.venv/bin/python"
    advised = json.loads((ROOT / ".vscode/extensions.json").read_text())["recommendations"]
    assert set(container["customizations"]["vscode"]["extensions"]) <= set(advised)


# What GNU make has learnt since 3.81, which is the make of macOS.
NEWER = re.compile(
    r"^\.ONESHELL|^undefine |^private |\$\((?:file|guile|let|intcmp) |&:|::?:=|!=|^define .*=$",
    re.M,
)


def test_the_makefile_is_one_that_macos_reads():
    text = "".join((ROOT / n).read_text() for n in ("Makefile", "assignments/assignments.mk"))
    rules = re.sub(r"\\\n", "", text)
    assert NEWER.findall(rules) == []
    assert not re.search(r"wildcard [^)]*/\)", rules), "there it finds files too"
    # It starts a command without signs of the shell by itself, with the PATH that it was given.
    programs = r"(?:jupyter-book|jupyter|ruff|codespell|mypy|pytest|node|npm) "
    bare = [line for line in rules.splitlines() if re.match(rf"\t@?{programs}", line)]
    assert [line for line in bare if not re.search(r"[;&|<>*$]", line)] == []


def test_jupyterlab_has_no_news():
    settings = Path(sys.prefix) / "etc/jupyter/labconfig/page_config.json"
    off = json.loads(settings.read_text())["disabledExtensions"]
    assert off["@jupyterlab/apputils-extension:announcements"]


def test_text_has_one_end_of_line_everywhere():
    command = ["git", "ls-files", "--eol"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    kept = {line.split("\t")[1] for line in done.stdout.splitlines() if "crlf" in line.split()[0]}
    assert kept == set()
    assert "* text=auto eol=lf" in (ROOT / ".gitattributes").read_text()


@pytest.mark.parametrize("agreed", ["yes", "no", ""])
def test_uv_fetches_a_python_where_none_suits_and_somebody_agreed(tmp_path, agreed):
    uv, asked = tmp_path / "uv", tmp_path / "asked"
    uv.write_text(f'#!/bin/sh\necho "$@" >> {asked}\n[ "$2" = install ] || echo /no/python\n')
    uv.chmod(0o755)
    environment = {
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        "PYTHON": "/no/python", "FETCH_PYTHON": agreed,
    }  # fmt: skip
    done = subprocess.run(
        ["tools/make_venv.sh", tmp_path / "env", "requirements.txt"],
        cwd=ROOT, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 1
    assert "3.11, 3.12, 3.13 or 3.14" in done.stderr
    assert asked.exists() == (agreed == "yes")


def test_commands_that_the_texts_name_are_there():
    files = ("Makefile", "assignments/assignments.mk")
    rules = "".join((ROOT / name).read_text() for name in files)
    targets = set(re.findall(r"^([a-z-]+):", rules, re.MULTILINE))
    for path in [*ROOT.glob("*.md"), *ROOT.glob("contributing/*.md"), *ROOT.glob("front/*.md")]:
        text = path.read_text(encoding="utf-8")
        assert set(re.findall(r"`make ([a-z][a-z-]+)", text)) <= targets, path
