"""What the pages fetch of the questions."""

import json

import pytest

from tests.sources import HTML


@pytest.mark.parametrize(
    "path", sorted((HTML / "_static/questions").glob("*.js")), ids=lambda p: p.stem
)
def test_other_numbers_read_otherwise(path):
    held = path.read_text(encoding="utf-8").split(",", 1)[1].rsplit(")", 1)[0]
    questions = json.loads(held)["questions"]
    assert questions
    for name, question in questions.items():
        read = [json.dumps(asked, sort_keys=True) for asked in question["asked"]]
        assert len(set(read)) == len(read), name
