"""The benchmark measures what it says, and its oracle can tell right from wrong."""

import json
import sys

import mpmath
import numpy as np
import pytest

from benchmarks import __main__ as command
from benchmarks import accuracy, libraries
from benchmarks.__main__ import RESULTS, accuracy_tables, speed_table
from benchmarks.families import FAMILIES, labels, logits
from benchmarks.oracle import Exact, Row


def test_ulps_of_values_known_by_hand():
    third = Exact.of([mpmath.mpf(1) / 3])
    assert third.ulps(np.array([1 / 3])) < 0.5
    assert 0.5 < third.ulps(np.array([np.nextafter(1 / 3, 1)])) < 1.5
    assert third.ulps(np.array([1 / 3], np.float32)) < 0.5
    assert third.ulps(np.array([0.0])) > 1e15
    assert third.ulps(np.array([np.nan])) == third.ulps(np.array([np.inf])) == np.inf
    assert Exact.of([mpmath.inf]).ulps(np.array([np.inf])) == 0
    assert Exact.of([mpmath.mpf("1e400")]).ulps(np.array([1.0])) == np.inf


def test_the_oracle_knows_a_softmax_by_heart():
    row = Row(np.log([1.0, 2.0, 5.0]))
    np.testing.assert_allclose(row.softmax().high, [1 / 8, 2 / 8, 5 / 8], rtol=1e-15)
    np.testing.assert_allclose(row.loss(1).high, np.log(4), rtol=1e-15)
    np.testing.assert_allclose(row.gradient(2).high, [1 / 8, 2 / 8, -3 / 8], rtol=1e-15)


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
@pytest.mark.parametrize("family", FAMILIES)
def test_families_are_reproducible_and_have_a_softmax(family, dtype):
    z = logits(family, 30, dtype)
    assert z.dtype == dtype
    assert np.isfinite(z.max())
    np.testing.assert_array_equal(z, logits(family, 30, dtype))
    assert z[labels(z)].min() == z.min()


def test_scipy_fails_where_softmax_src_does_not():
    errors = accuracy.measure(classes=(10,))["float64"]
    assert accuracy.worst(errors["softmax"]["SciPy"]) > 100
    assert accuracy.worst(errors["softmax"]["softmax_src"]) < 7
    assert set(errors["gradient"]["softmax_src"]) == set(FAMILIES)


def test_every_adapter_offers_the_same_answers():
    z, c = np.random.default_rng(0).normal(size=(4, 5)), np.array([0, 4, 2, 2])
    answers = {name: adapter(z, c) for name, adapter in libraries.installed().items()}
    ours = answers.pop("softmax_src")
    for functions in answers.values():
        for quantity, f in functions.items():
            answer, expected = f(), ours[quantity]()
            if quantity != "loss and gradient":
                answer, expected = [answer], [expected]
            for x, y in zip(answer, expected, strict=True):
                np.testing.assert_allclose(np.asarray(x), y, rtol=1e-12, atol=1e-15)


def test_results_without_a_library_are_not_saved(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["benchmarks", "--save"])
    monkeypatch.setattr(command.libraries, "installed", lambda: {"SciPy": None})
    monkeypatch.setattr(command.accuracy, "measure", lambda: pytest.fail("measured"))
    with pytest.raises(SystemExit):
        command.main()
    assert "softmax_src, scikit-learn, PyTorch, JAX cannot be imported" in capsys.readouterr().err


def test_the_committed_results_are_complete_and_keep_the_promises():
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    assert results["machine"]["cpu"]
    assert {"NumPy", "SciPy", "scikit-learn", "PyTorch", "JAX"} <= set(results["versions"])
    for dtype, quantities in results["accuracy"].items():
        for by_library in quantities.values():
            error = accuracy.worst(by_library["softmax_src"])
            assert error <= (4.0 if dtype == "float64" else 0.51)
    assert len(list(accuracy_tables(results["accuracy"]))) == 5
    assert "4096 × 1000 + 10000" in speed_table(results["speed"])
    assert "/" not in json.dumps(results["machine"])
