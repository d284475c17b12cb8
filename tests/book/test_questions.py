"""What the pages fetch of the questions."""

import json

import pytest

from tests.sources import ROOT

BANK = sorted(path.stem for path in (ROOT / "questions").glob("*-*.md"))


@pytest.mark.parametrize("chapter", BANK)
def test_other_numbers_read_otherwise(book, chapter):
    script = (book / f"_static/questions/{chapter}.js").read_text(encoding="utf-8")
    questions = json.loads(script.split(",", 1)[1].rsplit(")", 1)[0])["questions"]
    assert questions
    for name, question in questions.items():
        for asked in question["asked"]:
            for option in asked["options"]:
                option.pop("value", None)  # of which a reader does not see the last bit
        read = [json.dumps(asked, sort_keys=True) for asked in question["asked"]]
        assert len(set(read)) == len(read), name
