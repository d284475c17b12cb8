"""Environments that tests fill, as a reader's or Binder's would be."""

import subprocess
import sys


def install(python, *arguments):
    """Install into the environment of that Python: uv takes seconds, pip may know another index."""
    uv = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", python]
    if subprocess.run([*uv, *arguments]).returncode:
        pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet"]
        subprocess.run([*pip, "--no-compile", *arguments], check=True)
