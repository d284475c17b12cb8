"""The workflows are what GitHub accepts, ask for little, and run what runs here."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.packaging.test_gate import PARTS, TABLE
from tests.sources import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TARGETS = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
TARGETS |= set(re.findall(r"^([\w-]+):", (ROOT / "assignments/assignments.mk").read_text(), re.M))
PINNED = re.compile(r"uses: ((?:actions|pypa)/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+|\./\S+\.yml)")


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PYTHONS = [kind.split(" :: ")[-1] for kind in PROJECT["classifiers"] if "Python :: 3." in kind]


def jobs(path):
    """Return the jobs of a workflow, by name."""
    return yaml.safe_load(path.read_text())["jobs"]


def steps(path):
    """Return all steps of a workflow."""
    return [step for job in jobs(path).values() for step in job.get("steps", [])]


def check(program, *arguments, cwd=ROOT):
    """Return what a checker of this environment says, and its exit status."""
    command = [Path(sys.executable).with_name(program), *arguments]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def check_schema(schema, *paths):
    """Check files against a schema that check-jsonschema carries."""
    return check("check-jsonschema", "--builtin-schema", f"vendor.{schema}", *paths)


def test_github_accepts_them_and_would_refuse_a_wrong_one(tmp_path):
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(WORKFLOWS[0].read_text().replace("runs-on:", "run-on:"))
    code, said = check_schema("github-workflows", *WORKFLOWS, wrong)
    assert code != 0
    assert set(re.findall(r"[\w/.-]+\.yml", said)) == {str(wrong)}, said


def test_github_accepts_the_updates_of_pins():
    code, said = check_schema("dependabot", ROOT / ".github" / "dependabot.yml")
    assert code == 0, said


LINTERS = {
    "jactionlint": ["--shellcheck="],  # each script here is one call of make
    "zizmor": ["--offline", "--quiet", "--no-progress", ".github"],
}


@pytest.mark.parametrize("program", LINTERS)
def test_nothing_in_it_misbehaves_or_can_be_turned_against_us(program):
    code, said = check(program, *LINTERS[program])
    assert code == 0, said


@pytest.mark.parametrize("program", LINTERS)
def test_the_checkers_would_see_it(program, tmp_path):
    harmed = tmp_path / ".github" / "workflows"
    harmed.mkdir(parents=True)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    text = (ROOT / ".github/workflows/ci.yml").read_text()
    injected = 'run: make pdf TITLE="${{ github.event.head_commit.message }}"'
    (harmed / "ci.yml").write_text(text.replace("run: make pdf", injected))
    (harmed / "test.yml").write_text((ROOT / ".github/workflows/test.yml").read_text())
    code, said = check(program, *LINTERS[program], cwd=tmp_path)
    assert code != 0
    assert "inject" in said


def test_actions_are_pinned_with_their_version_beside():
    for path in WORKFLOWS:
        lines = [line for line in path.read_text().splitlines() if "uses:" in line]
        assert lines
        assert [line for line in lines if not PINNED.search(line)] == [], path.name


def test_one_action_has_one_pin():
    used = {pin for path in WORKFLOWS for pin in PINNED.findall(path.read_text()) if "@" in pin}
    assert len(used) == len({pin.split("@")[0] for pin in used}), sorted(used)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_steps_are_targets_of_the_makefile(path):
    commands = [step["run"] for step in steps(path) if "run" in step]
    assert [c for c in commands if not (c.startswith("make ") and c.split()[1] in TARGETS)] == []


def test_a_pipe_fails_where_its_first_command_does():
    piped = [step for path in WORKFLOWS for step in steps(path) if "|" in step.get("run", "")]
    assert piped
    assert all(step.get("shell") == "bash" for step in piped)


def test_rights_are_given_to_jobs_that_run_nothing_unpinned():
    may = {
        (path.stem, name): {right for right, kind in job["permissions"].items() if kind == "write"}
        for path in WORKFLOWS
        for name, job in jobs(path).items()
        if "write" in job.get("permissions", {}).values()
    }
    assert may == {
        ("ci", "deploy"): {"pages", "id-token"},
        ("links", "report"): {"issues"},
        ("newest", "report"): {"issues"},
        ("release", "attest"): {"id-token", "attestations"},
        ("release", "publish"): {"id-token"},
        ("release", "github"): {"contents"},
        ("release", "pages"): {"actions"},
    }
    for path in WORKFLOWS:
        assert yaml.safe_load(path.read_text())["permissions"] == {"contents": "read"}
    # A job with a right makes no environment: it calls one script, or an action.
    few = {"report", "github-release", "publish-pages"}
    for stem, name in may:
        job = jobs(ROOT / f".github/workflows/{stem}.yml")[name]
        assert {s["run"].split()[1] for s in job["steps"] if "run" in s} <= few


def test_no_step_keeps_a_token_that_it_does_not_need():
    found = [step for path in WORKFLOWS for step in steps(path)]
    checkouts = [step for step in found if step.get("uses", "").startswith("actions/checkout@")]
    assert len(checkouts) > 4
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def commands(job):
    """Return what the steps of a job run."""
    return [step["run"] for step in job["steps"] if "run" in step]


def test_the_published_pages_link_to_what_was_made_of_the_same_sources():
    # What the book links to or takes up, the book, and what is added to its pages.
    made = ["versions", "pdf", "epub", "cards", "offline", "live", "book", "slides"]
    build = jobs(ROOT / ".github/workflows/ci.yml")["build"]
    assert commands(build) == [f"make {name}" for name in made]


def test_what_github_tries_is_what_is_tried_here_on_each_python_that_is_promised():
    tried = jobs(ROOT / ".github/workflows/test.yml")
    asked = [*commands(tried["linux"]), *commands(tried["more"])]
    assert sorted(asked) == sorted(f"make {name}" for name in TABLE if name not in PARTS)
    assert tried["linux"]["strategy"]["matrix"]["python"] == PYTHONS
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())["image"]
    setups = [s["with"]["python-version"] for path in WORKFLOWS for s in steps(path)
              if "setup-python@" in s.get("uses", "")]  # fmt: skip
    binder = (ROOT / "binder" / "runtime.txt").read_text().strip()
    named = {*setups, container.rpartition(":")[2], binder.removeprefix("python-")}
    assert named <= {*PYTHONS, "${{ matrix.python }}"}
    assert PROJECT["requires-python"] == f">={PYTHONS[0]}"


def test_nothing_is_published_that_has_not_passed():
    for stem, everything in (("ci", {}), ("release", {"with": {"everything": True}})):
        found = jobs(ROOT / f".github/workflows/{stem}.yml")
        assert found["test"] == {"uses": "./.github/workflows/test.yml"} | everything
        # All others wait for one that waits for it.
        assert [name for name, job in found.items() if "needs" not in job] == ["test"]
    for path in WORKFLOWS:  # a step that runs something is left out or forgiven nowhere
        left_out = {s["if"] for s in steps(path) if "run" in s and "if" in s}
        assert left_out <= {"matrix.python == '3.11'"}, path.name
        ran = [*jobs(path).values(), *(step for step in steps(path) if "run" in step)]
        assert not any(each.get("continue-on-error") for each in ran), path.name


def test_they_begin_when_they_should():
    begin = {path.stem: yaml.load(path.read_text(), yaml.BaseLoader)["on"] for path in WORKFLOWS}
    assert begin["ci"]["push"] == {"branches": ["main"]}
    assert "pull_request" in begin["ci"]
    crons = {stem: on["schedule"][0]["cron"] for stem, on in begin.items() if "schedule" in on}
    assert re.fullmatch(r"\d+ \d+ \* \* \d", crons.pop("links")), "weekly"
    assert re.fullmatch(r"\d+ \d+ \d+ \* \*", crons.pop("newest")), "monthly"
    assert crons == {}


def test_the_newest_versions_are_locked_and_tried():
    lock, tests = commands(jobs(ROOT / ".github/workflows/newest.yml")["try"])
    assert lock.startswith("make lock UPGRADE=1 ")
    tried = jobs(ROOT / ".github/workflows/test.yml")["linux"]
    assert {"test", *tests.split(" 2>")[0].split()[2:]} <= {c.split()[1] for c in commands(tried)}
    assert tests.startswith("make test ")


def test_all_of_a_release_is_attested():
    (step,) = (
        s
        for s in steps(ROOT / ".github/workflows/release.yml")
        if "subject-path" in s.get("with", {})
    )
    assert step["with"]["subject-path"].split() == ["dist/*.*", "dist/packages/*"]


def test_pins_of_actions_and_of_python_are_kept_new():
    updates = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text())["updates"]
    watched = {(update["package-ecosystem"], update["directory"]) for update in updates}
    assert watched == {("github-actions", "/"), ("pip", "/")}


@pytest.mark.parametrize("number", ["", "7"], ids=["a new issue", "an open issue"])
def test_an_issue_says_what_failed_and_where(tmp_path, number):
    said, log = tmp_path / "said", tmp_path / "failure.txt"
    log.write_text("one\nFAILED tests/unit/test_losses.py\n")
    gh = tmp_path / "gh"
    gh.write_text(
        f'#!/usr/bin/env bash\nif [ "$2" = list ]; then echo "{number}"\n'
        f'else {{ echo "$@"; cat "${{@: -1}}"; }} > {said}; fi\n'
    )
    gh.chmod(0o755)
    environment = {
        **os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "GITHUB_RUN_ID": "42",
        "GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "ada/course",
    }  # fmt: skip
    command = ["make", "report", "TITLE=It broke", f"FILE={log}"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    text = said.read_text()
    assert "https://github.com/ada/course/actions/runs/42\n" in text
    assert "FAILED tests/unit/test_losses.py" in text
    assert ("issue comment 7" in text) == bool(number)
