"""Commands that somebody tries by hand say what they take, and what to run first."""

import re
import subprocess
import sys

import pytest

from tests.sources import ROOT

MAKEFILES = ("Makefile", "assignments/assignments.mk")


def run(*command):
    """Run a module of tools/; return its exit status and all that it says."""
    command = [sys.executable, "-m", *command]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("module", ["tools.serve", "tools.slides"])
def test_help(module):
    status, text = run(module, "--help")
    assert status == 0
    assert text.startswith("usage: ")


def test_make_lists_every_target_that_says_what_it_does():
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in MAKEFILES]
    said = re.findall(r"^([a-z-]+):.*##", "\n".join(texts), flags=re.MULTILINE)
    command = ["make", "--no-print-directory", "help"]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert sorted(re.findall(r"^  make ([a-z-]+) +\S", shown, flags=re.MULTILINE)) == sorted(said)


@pytest.mark.parametrize("target", ["notebooks", "text", "check"])
def test_chapters_are_named_by_number_letter_or_file(target):
    named = "2 10 a ledger chapters/03-probabilistic-interpretation.ipynb chapters/11-new.ipynb"
    command = ["make", "--dry-run", target, f"CHAPTERS={named}"]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert re.findall(r"chapters/([\w-]+)\.ipynb", shown) == [
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
