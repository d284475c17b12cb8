"""A tiny book, built with the real settings."""

import os
import shutil
import subprocess
import sys

import pytest
import yaml

from tests.sources import ROOT

BIN = os.path.dirname(sys.executable)


@pytest.fixture
def build(tmp_path, book):
    """Return build(text): the exit code and messages of building a book around one page."""
    for name in ("_config.yml", "references.bib"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("_ext", "_static", "_templates", ".cache"):
        (tmp_path / name).symlink_to(ROOT / name)
    contents = {"format": "jb-book", "root": "index", "chapters": [{"file": "page"}]}
    (tmp_path / "_toc.yml").write_text(yaml.safe_dump(contents))
    (tmp_path / "index.md").write_text("# A book\n")

    def build(text):
        (tmp_path / "page.md").write_text(text, encoding="utf-8")
        # Messages go to a file: a process that outlives the build would keep a pipe open.
        with open(tmp_path / "messages", "w+", encoding="utf-8") as messages:
            done = subprocess.run(
                ["jupyter-book", "build", "-W", "-n", "--keep-going", "."],
                cwd=tmp_path, stdout=messages, stderr=subprocess.STDOUT, timeout=300,
                env={**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"},
            )  # fmt: skip
            messages.seek(0)
            return done.returncode, messages.read(), tmp_path / "_build" / "html"

    return build
