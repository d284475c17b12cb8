"""A tiny book, built with the real settings."""

import shutil

import pytest
import yaml

from tests.builds import building
from tests.sources import ROOT


@pytest.fixture
def build(tmp_path):
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
        code, messages = building.build(tmp_path)
        return code, messages, tmp_path / "_build" / "html"

    return build
