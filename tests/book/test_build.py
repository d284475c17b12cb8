"""The build refuses what a reader would stumble over: a tiny book with the real settings."""

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
    """Return build(text): the exit code and messages of building a book of one page."""
    for name in ("_config.yml", "references.bib"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("_ext", "_static", ".cache"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "_toc.yml").write_text(yaml.safe_dump({"format": "jb-book", "root": "index"}))

    def build(text):
        (tmp_path / "index.md").write_text(text, encoding="utf-8")
        done = subprocess.run(
            ["jupyter-book", "build", "-W", "-n", "--keep-going", "."],
            cwd=tmp_path, capture_output=True, text=True, timeout=300,
            env={**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"},
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr, tmp_path / "_build" / "html"

    return build


def test_a_sound_page_builds(build):
    code, messages, _ = build("# A page\n\n$$a + b$$ (eq-sum)\n\nSee {eq}`eq-sum`.\n")
    assert code == 0, messages


def test_a_dead_reference_stops_the_build(build):
    code, messages, _ = build("# A page\n\nSee {eq}`eq-nothing` and {ref}`sec-nothing`.\n")
    assert code != 0
    assert "sec-nothing" in messages


def test_a_formula_that_katex_cannot_read_is_seen(build):
    from tests.book.test_pages import soup, unread_formulas

    code, messages, html = build("# A page\n\nHere is $\\frac{a}{$ and $\\nonsense{x}$.\n")
    assert code != 0 or unread_formulas(soup(html / "index.html")), messages
