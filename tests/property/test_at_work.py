"""The code of appendix D's cells, taken from the notebook itself, keeps its promises."""

from functools import reduce

import nbformat
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from softmax_src import logsumexp, softmax
from tests.sources import ROOT


def functions(*names):
    """Run the notebook's cells that define these functions, and return them."""
    notebook = nbformat.read(ROOT / "chapters" / "d-softmax-at-work.ipynb", as_version=4)
    space = {"np": np, "softmax": softmax}
    for name in names:
        (source,) = (c.source for c in notebook.cells if f"def {name}(" in c.source)
        definition = source[source.index(f"def {name}(") :].split("\n\n\n")[0]
        exec(compile(definition, name, "exec"), space)
    return [space[name] for name in names]


piece, merge, attention = functions("piece", "merge", "attention")
NEUTRAL = (-np.inf, 0.0, np.zeros(2))
finite = st.floats(-300, 300)
scores = st.one_of(finite, st.just(-np.inf))


@st.composite
def summed(draw):
    """Draw the triple of a piece, of which some or all scores may be masked, or the neutral one."""
    n = draw(st.integers(0, 5))
    if n == 0:
        return NEUTRAL
    z = draw(hnp.arrays(float, n, elements=scores))
    return piece(z, draw(hnp.arrays(float, (n, 2), elements=st.floats(-5, 5))))


def same(one, two):
    assert one[0] == two[0]
    np.testing.assert_allclose(one[1], two[1], rtol=1e-13, atol=0)
    np.testing.assert_allclose(one[2], two[2], rtol=1e-12, atol=1e-12)


@given(summed(), summed(), summed())
def test_the_merge_is_associative_and_commutative(a, b, c):
    same(merge(merge(a, b), c), merge(a, merge(b, c)))
    same(merge(a, b), merge(b, a))


@given(summed())
def test_the_empty_piece_is_neutral(a):
    same(merge(a, NEUTRAL), a)
    same(merge(NEUTRAL, a), a)


@given(st.data(), st.integers(1, 30))
def test_pieces_in_any_order_give_the_whole_row(data, n):
    z = data.draw(hnp.arrays(float, n, elements=scores))
    z[data.draw(st.integers(0, n - 1))] = data.draw(finite)
    v = data.draw(hnp.arrays(float, (n, 2), elements=st.floats(-5, 5)))
    cuts = sorted(data.draw(st.sets(st.integers(1, n - 1)))) if n > 1 else []
    pieces = [piece(*zv) for zv in zip(np.split(z, cuts), np.split(v, cuts), strict=True)]
    m, s, o = reduce(merge, data.draw(st.permutations(pieces)))
    np.testing.assert_allclose(m + np.log(s), logsumexp(z), rtol=1e-13, atol=1e-13)
    np.testing.assert_allclose(o / s, softmax(z) @ v, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("divide", [True, False])
def test_attention_is_a_weighted_mean(divide):
    rng = np.random.default_rng(1)
    q, k, v = rng.normal(size=(3, 16)), rng.normal(size=(5, 16)), rng.normal(size=(5, 2))
    answer, a = attention(q, k, v, divide)
    for i in range(3):
        e = np.array([np.exp(q[i] @ k[j] / (4 if divide else 1)) for j in range(5)])
        np.testing.assert_allclose(a[i], e / e.sum(), rtol=1e-12)
        np.testing.assert_allclose(answer[i], e @ v / e.sum(), rtol=1e-12, atol=1e-14)
