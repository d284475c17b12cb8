"""Make the locks again, and say what changed.

    python tools/lock.py [--upgrade]

``requirements.txt`` holds all that building and testing needs; ``requirements-assignments.txt``
what nbgrader needs; ``binder/requirements.txt`` what a reader's kernel needs, at the same pins.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCKS = {
    "requirements.txt": ["--extra", "book", "--extra", "run", "--extra", "test"],
    "requirements-assignments.txt": ["--extra", "assignments"],
}
PIN = re.compile(r"^([A-Za-z0-9_.-]+)==([^\s;]+)", re.MULTILINE)


def pins(name):
    """Return the pinned versions in a lock, by package."""
    path = ROOT / name
    return dict(PIN.findall(path.read_text())) if path.exists() else {}


def compile_lock(name, *arguments):
    """Solve for one lock, on all supported versions of Python at once."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal"]
    command += ["--fork-strategy", "fewest", "--python-version", "3.11", *arguments]
    command += ["--output-file", name]
    subprocess.run(command, cwd=ROOT, check=True)


def report(name, before):
    """Print what a lock gained, lost and moved."""
    after = pins(name)
    changes = [
        f"  {package}: {before.get(package, 'new')} -> {after.get(package, 'gone')}"
        for package in sorted({*before, *after})
        if before.get(package) != after.get(package)
    ]
    print(f"{name}: {len(changes) or 'no'} change(s) in {len(after)} packages", *changes, sep="\n")


def main():
    """Make every lock; Binder's last, held to the pins of the first."""
    upgrade = ["--upgrade"] if "--upgrade" in sys.argv[1:] else []
    for name, extras in LOCKS.items():
        before = pins(name)
        compile_lock(name, *upgrade, *extras, "pyproject.toml")
        report(name, before)
    name = "binder/requirements.txt"
    before = pins(name)
    compile_lock(name, "--extra", "run", "--constraint", "requirements.txt", "pyproject.toml")
    report(name, before)


if __name__ == "__main__":
    main()
