"""The lost key: JavaScript has the same distractors, the same rivals and the same end."""

import numpy as np
import pytest

from softmax_book.widgets.lost_key import MOST, LostKey, standard_normal

MODULE = "lost_key.mjs"
CASES = [
    (d, c, divide) for d in (4, 64, 256) for c in (0.0, 0.3, 0.55, 1.0) for divide in (True, False)
]


def test_the_same_numbers(node):
    found = node(MODULE, "m.standardNormal(data)", MOST)
    np.testing.assert_allclose(found, standard_normal(MOST), rtol=1e-12, atol=1e-13)


def test_they_are_spread_as_normal_numbers_are():
    x = standard_normal(MOST)
    assert abs(x.mean()) < 0.01
    assert abs(x.std() - 1) < 0.01
    for n in (64, 256, 1024, 4096):
        assert abs(np.logaddexp.reduce(x[:n]) - np.log(n) - 0.5) < 0.05


@pytest.mark.parametrize(("d", "c", "divide"), CASES)
def test_the_same_key_rivals_and_end(node, d, c, divide):
    widget = LostKey(d=d, c=c, divide=divide)
    found = node(
        MODULE,
        "(({key, others}) => ({key, rivals: m.running(others), end: m.losesAt(...data)}))"
        "(m.logits(...data))",
        [d, c, divide],
    )
    np.testing.assert_allclose(found["key"], widget.key(), rtol=1e-13)
    rivals = np.logaddexp.accumulate(widget.distractors(MOST))
    np.testing.assert_allclose(found["rivals"], rivals, rtol=1e-12, atol=1e-12)
    assert found["end"] == widget.loses_at()
