"""What has to pass stops where something fails: tried with programs that only say what they were
asked, and of which one fails."""

import os
import re
import subprocess

import pytest

from tests.sources import ROOT

STAND_IN = """#!/bin/sh
case "$*" in *test-slides*) sleep 0.5; esac  # what runs beside it has ended
echo "$(basename "$0") $*" | tee /dev/stderr | grep -qvE -e "$FAILS"
"""
TABLE = re.findall(
    r"^\| `([a-z-]+)` \|", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.MULTILINE
)
PARTS = {"check", "test-fast", "test-parity"}  # of `make test`
TARGETS = [name for name in TABLE[:-2] if name not in PARTS]


@pytest.fixture
def run(tmp_path):
    """Return run(command, *programs, fails=…): its exit status, and what programs were asked."""

    def run(command, *programs, fails="nothing at all"):
        stand_ins = tmp_path / "bin"
        stand_ins.mkdir(exist_ok=True)
        for name in programs:
            (stand_ins / name).write_text(STAND_IN)
            (stand_ins / name).chmod(0o755)
        (tmp_path / ".made").touch()
        environment = {**os.environ, "PATH": f"{stand_ins}{os.pathsep}{os.environ['PATH']}"}
        environment |= {"FAILS": fails, "MAKEFLAGS": ""}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    return run


@pytest.mark.parametrize(
    "check",
    ["ruff check", "ruff format --check", "codespell", "mypy softmax_src", "--cov=softmax_src",
     "--nbval index.ipynb"],
)  # fmt: skip
def test_each_check_of_the_sources_is_made_and_can_fail(run, check, tmp_path):
    command = ["make", "--no-print-directory", "test-sources", f"VENV={tmp_path}"]
    programs = ("python", "ruff", "codespell", "mypy")
    assert run(command, *programs)[0] == 0
    status, asked = run(command, *programs, fails=check)
    assert status != 0
    assert check in asked


def test_the_tests_include_the_checks_of_the_sources():
    command = ["make", "--dry-run", "--no-print-directory", "test"]
    environment = {**os.environ, "MAKEFLAGS": ""}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert "--nbval index.ipynb" in done.stdout


@pytest.mark.parametrize("target", [None, *TARGETS])
def test_what_has_to_pass_before_anything_lands_can_fail(run, target):
    fails = f" {target}( |$)"
    status, asked = run([ROOT / ".ci" / "run"], "make", fails=fails)
    assert (status == 0) == (target is None)
    assert target is None or re.search(fails, asked, re.MULTILINE)


def test_where_both_halves_fail_both_say_so(run):
    status, said = run([ROOT / ".ci" / "run"], "make", fails="nbgrader|test-slides")
    assert status != 0
    assert said.count("make test-") == 2


@pytest.mark.parametrize("program", ["pip", "python", "jupyter", None])
def test_binder_shows_no_half_made_environment(run, program):
    fails = f"^{program} "
    status, _ = run(["binder/postBuild"], "pip", "python", "jupyter", fails=fails)
    assert (status == 0) == (program is None)
