"""Intervals of an AUC: the formula, the bootstrap, and what the committed run says of both."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from softmax_book import experiments_auc as areas
from softmax_book.data import load_run


def test_the_pair_table_has_the_auc_for_its_mean():
    rng = np.random.default_rng(0)
    positive, negative = rng.integers(0, 8, 30), rng.integers(-3, 5, 50)  # with ties
    labels, scores = np.repeat([1, 0], [30, 50]), np.concatenate([positive, negative])
    found = areas.pair_table(positive, negative).mean()
    assert found == pytest.approx(roc_auc_score(labels, scores), rel=1e-14)


def test_hanley_mcneil_is_exact_for_exponential_scores():
    """Its two pair probabilities are those of exponential scores: so is its standard error then."""
    rng, P, N, rate = np.random.default_rng(1), 47, 453, 8.0
    found = [
        areas.pair_table(rng.exponential(rate, P), rng.exponential(1, N)).mean()
        for _ in range(2000)
    ]
    auc = rate / (1 + rate)
    assert np.mean(found) == pytest.approx(auc, abs=0.002)
    assert np.std(found) == pytest.approx(areas.hanley_mcneil(auc, P, N), rel=0.06)


def test_the_bootstrap_redraws_positives_and_negatives():
    rng = np.random.default_rng(2)
    positive, negative = rng.normal(1, size=20), rng.normal(size=30)
    ours = areas.bootstrap(areas.pair_table(positive, negative), rng, draws=4000)
    plain = [
        areas.pair_table(rng.choice(positive, 20), rng.choice(negative, 30)).mean()
        for _ in range(4000)
    ]
    assert np.mean(ours) == pytest.approx(np.mean(plain), abs=0.005)
    assert np.std(ours) == pytest.approx(np.std(plain), rel=0.06)


def test_neither_interval_keeps_its_promise_everywhere():
    coverage = load_run("auc_intervals")["results"]["coverage"]
    for found in coverage.values():
        assert min(found["hanley_mcneil"]) > 0.95
    assert np.mean(coverage["4.0"]["bootstrap"]) < 0.85
    assert min(coverage["4.0"]["beyond_1"]) > 0.9


def test_auc_intervals_again():
    committed = load_run("auc_intervals")["results"]
    again = areas.auc_of_eights(0)
    assert again["eights"] == committed["eights"][0]
    assert again["auc"] == pytest.approx(committed["auc"][0], abs=2e-3)
    for name in ("hanley_mcneil", "bootstrap"):
        np.testing.assert_allclose(again[name], committed[name][0], atol=5e-3)
    for name, value in again["averages"].items():
        assert value == pytest.approx(committed["averages"][name][0], abs=2e-3)
    simulated = areas.coverage(0, 2.1, 47, 453, sets=50)
    assert simulated["bootstrap"] == pytest.approx(
        committed["coverage"]["2.1"]["bootstrap"][0], abs=0.15
    )
