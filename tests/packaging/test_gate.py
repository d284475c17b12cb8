"""What has to pass stops where something fails, which is tried with programs that only say what
they were asked, and of which one fails; and it leaves out nothing."""

import os
import re
import subprocess
import sys
import tomllib

import pytest

from tests.conftest import MAY_SKIP
from tests.packaging.test_commands import RULES, planned
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
ASIDE = {"test-engines", "test-epub"}  # need what few machines have
PYTEST = re.compile(r"(?<=-m pytest ).*")


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
    assert "--nbval index.ipynb" in planned("test")
    assert "jupyter-book build -W -n " in planned("test"), "a warning of the build is an error"


def test_each_folder_of_tests_is_run_by_one_target():
    named = []
    for target in sorted({*TABLE, *ASIDE} - PARTS):
        calls = PYTEST.findall(planned(target))
        assert calls
        words = [word for call in calls for word in call.split("--ignore")[0].split()]
        named += [word for word in words if re.fullmatch(r"tests/\w+", word)]
        # No call leaves out part of what it names, unless another has it, or passes in any case.
        assert {f for call in calls for f in re.findall(r"--ignore[ =](\S+)", call)} <= {*words}
        forbidden = re.compile(r" -k | --desel| --ignore-|[|;]|--co\b")
        assert [call for call in calls if forbidden.search(call)] == []
    folders = {f"tests/{path.parent.name}" for path in ROOT.glob("tests/*/test_*.py")}
    assert sorted(named) == sorted(folders)
    assert re.findall(r"^\t@?-.*|^\.IGNORE", RULES, re.MULTILINE) == []


def test_what_a_test_waits_for_in_the_environment_is_set_by_a_target():
    wait = re.compile(r'environ\.get\("([A-Z_]+)"\)|"([A-Z_]+)" not in os\.environ')
    files = [path.read_text(encoding="utf-8") for path in ROOT.glob("tests/*/test_*.py")]
    names = {a or b for text in files for a, b in wait.findall(text)}
    assert len(names) > 1
    assert [name for name in names if not re.search(rf"\t@?{name}=", RULES)] == []


def test_each_target_that_tests_is_in_the_table():
    targets = set(re.findall(r"^(test[a-z-]*):.*##", RULES, re.MULTILINE))
    assert targets - ASIDE == {name for name in TABLE if name.startswith("test")}


# What is skipped, or expected to fail, and nobody sees it.
UNSEEN = [
    'pytest.skip("for now", allow_module_level=True)',
    "@pytest.mark.skip\ndef test_it(): pass",
    "@pytest.mark.xfail\ndef test_it(): assert False",
    'def test_it(): pytest.skip("for now")',
]


def test_a_skipped_test_fails_before_anything_lands(tmp_path):
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib\n")
    for folder in ("tests/unit", MAY_SKIP[-1]):
        (tmp_path / folder).mkdir(parents=True)
        for number, text in enumerate(UNSEEN):
            file = tmp_path / folder / f"test_{number}.py"
            file.write_text(f"import pytest\n{text}\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest"]
    environment = {**os.environ, "SKIPS": "fail", "PYTHONPATH": str(ROOT)}
    command += ["--continue-on-collection-errors"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    failed = re.findall(r"^(?:FAILED|ERROR) (\S+?\.py)", done.stdout, re.MULTILINE)
    assert sorted(failed) == [f"tests/unit/test_{number}.py" for number in range(len(UNSEEN))]
    assert "\nexport SKIPS=fail" in (ROOT / ".ci" / "run").read_text()


def test_what_measures_the_tests_is_not_lowered():
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    assert tool["coverage"] == {
        "run": {"source": ["softmax_src"], "branch": True}, "report": {"fail_under": 99},
    }  # fmt: skip
    assert tool["mypy"]["strict"]
    assert not re.search(r"-k |--desel|--ignore|--co\b", tool["pytest"]["ini_options"]["addopts"])
    warnings = tool["pytest"]["ini_options"]["filterwarnings"]
    assert [w.split(":")[0] for w in warnings] == ["error", "error"]
    assert {"E", "F", "B", "PT"} <= set(tool["ruff"]["lint"]["select"])
    count = "import tests.conftest; from hypothesis import settings; print(settings().max_examples)"
    environment = {name: value for name, value in os.environ.items() if name != "EXAMPLES"}
    command = [sys.executable, "-c", count]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert int(done.stdout) >= 100, "fewer than Hypothesis tries without a word"
    assert int(done.stdout) == 3 * int(re.search(r"EXAMPLES:-(\d+)", RULES)[1]), "a third"


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
