"""Commands that somebody tries by hand say what they take, and what to run first."""

import os
import re
import subprocess
import sys

import pytest

from tests.sources import ROOT

MAKEFILES = ("Makefile", "assignments/assignments.mk")
RULES = "\n".join((ROOT / name).read_text(encoding="utf-8") for name in MAKEFILES)
SAID = dict(re.findall(r"^([a-z-]+):.*## (.*)$", RULES, re.MULTILINE))
# What a command line can set, and what pages and the list of commands say that it sets.
VARIABLES = {*re.findall(r"\$\(([A-Z_]+)\)", RULES), *re.findall(r"\b([A-Z_]+)=", str(SAID))}
SETS = re.compile(r"make ([a-z-]+)((?: +[A-Z_]+=(?:\"[^\"]*\"|\S+))+)")


def variables_said():
    """Return {target: names of variables}, as the list of commands, pages and messages say."""
    said = {target: set(re.findall(r"[A-Z_]+", words)) for target, words in SAID.items()}
    places = ("*.md", "contributing/*.md", "front/*.md", "questions/*.md", "tools/*.py")
    paths = [path for place in places for path in ROOT.glob(place)]
    paths += [*(ROOT / ".github" / "workflows").glob("*.yml"), *(ROOT / name for name in MAKEFILES)]
    for path in paths:
        text = path.read_text(encoding="utf-8").replace("\\\n", "")
        for target, given in SETS.findall(text):
            said.setdefault(target, set()).update(re.findall(r"([A-Z_]+)=", given))
    return {target: names & VARIABLES for target, names in said.items() if names & VARIABLES}


def run(*command):
    """Run a module of tools/; return its exit status and all that it says."""
    command = [sys.executable, "-m", *command]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("check CHAPTERS=99", "No notebook 99: name it as in"),
        ("github-release", "say TAG=…"),
        ("report", "say TITLE=… and FILE=…"),
    ],
)
def test_what_is_missing_is_said_before_anything_is_done(target, says):
    command = ["make", "--no-print-directory", "--old-file=venv", *target.split()]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode
    assert says in done.stdout + done.stderr
    assert "passed" not in done.stdout


@pytest.mark.parametrize("module", ["tools.serve", "tools.slides"])
def test_help(module):
    status, text = run(module, "--help")
    assert status == 0
    assert text.startswith("usage: ")


def test_make_lists_every_target_that_says_what_it_does():
    command = ["make", "--no-print-directory", "help"]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert sorted(re.findall(r"^  make ([a-z-]+) +\S", shown, flags=re.MULTILINE)) == sorted(SAID)


def planned(target, *given):
    """Return the commands of a target."""
    command = ["make", "--dry-run", "--always-make", "--no-print-directory", target, *given]
    environment = {**os.environ, "MAKEFLAGS": ""}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    return done.stdout.replace("\\\n", "")


@pytest.mark.parametrize("target", variables_said())
def test_a_variable_that_a_target_takes_reaches_its_program(target):
    names = variables_said()[target]
    shown = planned(target, *(f"{name}=its-{name.lower()}" for name in names))
    shown = re.sub(r"^test -n .*$", "", shown, flags=re.MULTILINE)  # is it given at all?
    given = dict(re.findall(r"--([a-z]+)[ =]\"?its-([a-z_]+)", shown))
    assert {name.lower() for name in names} <= {
        *re.findall(r"\bits-([a-z_]+)", shown),
        *re.findall(r"--([a-z]+)(?= *$| --)", shown, re.MULTILINE),  # such as PRIVATE=1
    }
    crossed = {(flag, name) for flag, name in given.items() if flag != name}
    assert [pair for pair in crossed if pair[0].upper() in VARIABLES] == []


def test_no_environment_is_left_behind():
    made = set(re.findall(r"\$\(VENV\)(-\w+)", RULES))
    assert made <= {word.removeprefix("env") for word in planned("clean", "VENV=env").split()}


@pytest.mark.parametrize("target", ["pdf", "epub", "offline", "cards", "quiz"])
def test_a_release_brings_each_form_of_the_book(target):
    assert planned(target).splitlines()[-1] in planned("dist")


@pytest.mark.parametrize("target", ["notebooks", "text", "check"])
def test_chapters_are_named_by_number_letter_or_file(target):
    named = "2 10 a ledger chapters/03-probabilistic-interpretation.ipynb chapters/11-new.ipynb"
    command = ["make", "--dry-run", target, f"CHAPTERS={named}"]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    (last,) = [line for line in shown.splitlines() if "chapters/" in line][-1:]
    assert re.findall(r"chapters/([\w-]+)\.ipynb", last) == [
        "02-definition", "10-choosing-comparing", "a-softmax-properties", "ledger",
        "03-probabilistic-interpretation", "11-new",
    ]  # fmt: skip


def test_a_folder_that_holds_no_book_is_not_served():
    status, text = run("tools.serve", "softmax_src")
    assert status == 2
    assert "softmax_src has no index.html; `make view` builds the book" in text


def test_a_deck_that_there_is_not_is_named():
    status, text = run("tools.slides", "11-no-such-chapter")
    assert status == 2
    assert "there is no deck 11-no-such-chapter; there are 01-learning-slowdown, " in text


def test_slides_name_what_must_be_there_first(monkeypatch, capsys):
    from tools.slides import __main__ as slides

    monkeypatch.setattr(sys, "argv", ["slides"])
    monkeypatch.setattr(slides, "NEEDED", (ROOT / "slides", ROOT / ".cache" / "no" / "reveal.js"))
    with pytest.raises(SystemExit):
        slides.names_wanted()
    said = capsys.readouterr().err
    assert ".cache/no/reveal.js must be there first; `make slides` sees to it" in said
    assert "slides, " not in said
