"""The workflows are what GitHub accepts, ask for little, and run what runs here."""

import re
import subprocess
import sys

import pytest
import yaml

from tests.sources import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TARGETS = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def steps(path):
    """Return all steps of a workflow."""
    jobs = yaml.safe_load(path.read_text())["jobs"].values()
    return [step for job in jobs for step in job["steps"]]


def check_schema(path):
    """Return the completed process of checking a workflow against GitHub's schema."""
    command = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        "vendor.github-workflows",
    ]
    return subprocess.run([*command, str(path)], capture_output=True, text=True)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_github_accepts_it(path):
    done = check_schema(path)
    assert done.returncode == 0, done.stdout


def test_the_schema_refuses_a_wrong_workflow(tmp_path):
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(WORKFLOWS[0].read_text().replace("runs-on:", "run-on:"))
    assert check_schema(wrong).returncode != 0


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_official_and_pinned(path):
    used = [step["uses"] for step in steps(path) if "uses" in step]
    assert used
    assert all(re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", action) for action in used)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_steps_are_targets_of_the_makefile(path):
    commands = [step["run"] for step in steps(path) if "run" in step]
    assert commands
    assert all(
        command.split()[0] == "make" and command.split()[1] in TARGETS for command in commands
    )


def test_nothing_may_write_but_the_deployment_and_the_reports():
    may = {path.stem: yaml.safe_load(path.read_text())["permissions"] for path in WORKFLOWS}
    assert may["ci"] == {"contents": "read"}
    assert may["links"] == may["newest"] == {"contents": "read", "issues": "write"}


def test_no_step_keeps_a_token_that_it_does_not_need():
    found = [step for path in WORKFLOWS for step in steps(path)]
    checkouts = [step for step in found if step.get("uses", "").startswith("actions/checkout@")]
    assert len(checkouts) == 4
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_the_published_pages_link_to_a_pdf_of_the_same_sources():
    build = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())["jobs"]["build"]
    commands = [step["run"] for step in build["steps"] if "run" in step]
    assert commands.index("make pdf") < commands.index("make book")
