"""What the tests of the assignments share, and the table that they print at the end."""

from collections import Counter

import pytest

from assignments.grading import notebook, sandbox
from tests.assignments.submissions import ROOT, SETS, source_path


@pytest.fixture(scope="session")
def keys():
    """The trusted part of each problem set."""
    return {name: notebook.read_key(source_path(name)) for name in SETS}


@pytest.fixture(scope="session")
def zygote():
    """The process that forks a student's process for every submission."""
    with sandbox.Zygote(hidden=[ROOT / "assignments"]) as process:
        yield process.prove(unguarded=True)


@pytest.fixture(scope="session")
def guards(zygote):
    """The guards that hold on this machine."""
    return zygote.guards


def pytest_terminal_summary(terminalreporter):
    """Print how the bank fared, and how many wrong answers each test catches."""
    found, caught, count = {}, Counter(), Counter()
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            facts = dict(report.user_properties)
            if "bank" in facts:
                count[facts["bank"], outcome] += 1
                for test in facts.get("fails", "").split():
                    caught[facts["set"], test] += 1
                found.setdefault(facts["bank"], None)
    if not found:
        return
    terminalreporter.section("the autograder's bank")
    for name, test in sorted(caught):
        terminalreporter.write_line(
            f"{name}  {test:24}{caught[name, test]:3} wrong answers fail it"
        )
    for kind in found:
        right = count[kind, "passed"]
        terminalreporter.write_line(
            f"{kind}: {right} of {right + count[kind, 'failed']} end as they must"
        )
