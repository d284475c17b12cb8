"""The page's memory of the logits is that of softmax_src."""

import itertools

import pytest

from softmax_book.figures.many import SIZES
from softmax_book.widgets import LogitMemory
from softmax_src.vocabulary import logit_bytes


def test_bytes(node):
    cases = list(
        itertools.product((1, 8192, 2**20), (1000, 128_000), SIZES, (None, 1, 4096, 2**18))
    )
    got = node(
        "logit_memory.mjs", "data.map(([n, v, t, c]) => m.gigabytes(n, v, m.SIZES[t], c))", cases
    )
    for (n, v, dtype, chunk), value in zip(cases, got, strict=True):
        assert value == pytest.approx(logit_bytes(n, v, SIZES[dtype], chunk) / 1e9, rel=1e-12)


def test_the_numbers_of_the_widget(node):
    widget = LogitMemory(tokens=4096, vocabulary=32_000, chunk=1024, dtype="bfloat16")
    expression = "[null, data.chunk].map((c) => m.gigabytes(data.tokens, data.vocabulary, 2, c))"
    numbers = widget.numbers()
    got = node("logit_memory.mjs", expression, widget.state())
    assert got == pytest.approx([numbers["full_gb"], numbers["chunked_gb"]], rel=1e-12)


@pytest.mark.parametrize(
    ("gb", "text"), [(8.388608, "8.39 GB"), (0.0042, "4.20 MB"), (1234.5, "1235 GB")]
)
def test_memory_for_people(node, gb, text):
    assert node("logit_memory.mjs", "m.memory(data)", gb) == text
