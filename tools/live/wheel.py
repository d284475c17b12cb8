"""Build the wheel of the book's own package, which a page in the browser and JupyterLite install.

python -m tools.live.wheel FOLDER    prints its path
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]


def build(folder):
    """Build the wheel into a folder and return its path; the tree stays clean."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("softmax_src-*.whl"):
        old.unlink()
    with tempfile.TemporaryDirectory() as scratch:
        shutil.copy(ROOT / "pyproject.toml", scratch)
        for package in ("softmax_src", "softmax_book"):
            without = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / package, Path(scratch) / package, ignore=without)
        command = [
            sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check",
            "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), scratch,
        ]  # fmt: skip
        subprocess.run(command, check=True)
    (wheel,) = folder.glob("softmax_src-*.whl")
    return wheel


if __name__ == "__main__":
    print(build(sys.argv[1]))
