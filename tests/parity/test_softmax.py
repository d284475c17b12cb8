"""The widgets' maths: static/softmax.mjs gives what softmax_src gives, to 1e-12."""

import numpy as np
import pytest

import softmax_src

MODULE = "static/softmax.mjs"
RNG = np.random.default_rng(20)
INF = np.inf


def _close(ours, theirs):
    # Below 1e-300 a float has fewer digits than the tolerance asks for.
    np.testing.assert_allclose(np.array(theirs, float), ours, rtol=1e-12, atol=1e-300)


CASES = [
    *(RNG.normal(scale=scale, size=n) for scale in (0.1, 1, 10, 300) for n in (1, 2, 3, 10)),
    np.array([1000.0, 1001.0]), np.array([-1000.0, -1001.0]), np.array([1000.0, -1000.0, 0.0]),
    np.array([0.0, 0.0, 0.0]), np.array([3.2, 3.2, 2.5, -1.0]), np.array([-1000.0] * 4),
    np.array([0.0, 40.0]), np.array([0.0, -40.0]), np.array([0.0, 700.0, 699.0]), np.array([5.0]),
    np.array([-INF, 1.0, 2.0]), np.array([-INF, 0.0]),
    np.array([1000.0, 1000.0007]),  # apart at a small temperature: subtract first, then divide
]  # fmt: skip
WITHOUT_ANSWER = [[INF, 0.0], [INF, INF], [-INF, -INF], [np.nan, 1.0]]


@pytest.mark.parametrize("temperature", [1e-3, 0.1, 1.0, 3.0, 1000.0])
def test_softmax(node, temperature):
    expression = "data.cases.map((z) => m.softmax(z, data.T))"
    theirs = node(MODULE, expression, {"cases": CASES, "T": temperature})
    for z, a in zip(CASES, theirs, strict=True):
        _close(softmax_src.softmax(z, temperature=temperature), a)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("softmax", "m.softmax(z)"),
        ("logsumexp", "m.logsumexp(z)"),
        ("sigmoid", "z.map(m.sigmoid)"),
    ],
)
def test_functions_of_logits(node, ours, theirs):
    cases = [*CASES, *WITHOUT_ANSWER]
    answers = node(MODULE, f"data.map((z) => {theirs})", cases)
    for z, answer in zip(cases, answers, strict=True):
        _close(getattr(softmax_src, ours)(z), answer)


def test_loss_for_every_label(node):
    data = [(z, c) for z in CASES for c in range(len(z))]
    losses = node(MODULE, "data.map(([z, c]) => m.softmaxLoss(z, c))", data)
    for (z, c), loss in zip(data, losses, strict=True):
        _close(softmax_src.softmax_loss(z, c), loss)


def test_sum(node):
    assert node(MODULE, "[m.sum([]), m.sum([1, 2, 3.5])]") == [0, 6.5]


def test_every_export_is_compared(node):
    names = node(MODULE, "Object.keys(m)")
    assert sorted(names) == ["logsumexp", "sigmoid", "softmax", "softmaxLoss", "sum"]
