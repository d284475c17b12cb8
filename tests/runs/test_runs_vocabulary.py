"""The committed runs of chapter 8: what they show, and that running again gives the same."""

import numpy as np
import pytest

from softmax_book import experiments_vocabulary as vocabulary
from softmax_book.data import load_run

COST, SAMPLED = load_run("vocabulary_cost"), load_run("sampled_softmax")


@pytest.mark.parametrize(("name", "key", "i"), [("by_words", "V", 0), ("by_tokens", "N", 0)])
def test_measuring_again_gives_the_same_memory(name, key, i):
    results = COST["results"][name]
    settings = {k: COST["settings"][k] for k in ("N", "V", "d", "chunk")}
    again = vocabulary.cost(0, **settings | {key: results["size"][i]})
    for way in ("full", "chunked"):
        assert again[way] == pytest.approx(np.median(results[way][i]), rel=0.02)
    assert again["time_ratio"] > 0


def test_memory_grows_as_the_chapter_says():
    for name in ("by_words", "by_tokens"):
        size = np.log(COST["results"][name]["size"])
        full, chunked = (
            np.log(np.median(COST["results"][name][way], axis=1)) for way in ("full", "chunked")
        )
        assert np.polyfit(size, full, 1)[0] == pytest.approx(1, abs=0.15)
        assert np.polyfit(size, chunked, 1)[0] < 0.6


def test_chunks_took_about_as_long_in_the_run():
    ratios = np.median(COST["results"]["by_words"]["time_ratio"], axis=1)
    assert 0.6 < ratios.min() < ratios.max() < 4 / 3


def test_the_lean_loss_is_the_loss():
    rng = np.random.default_rng(0)
    h, W, y = rng.normal(size=(5, 3)), rng.normal(size=(11, 3)), rng.integers(11, size=5)
    for one, other in zip(
        vocabulary.lean_loss(h, W, y), vocabulary.direct_loss(h, W, y), strict=True
    ):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-15)


def test_what_sampling_learns():
    results = SAMPLED["results"]
    full, corrected, uncorrected = (results[how] for how in ("full", "corrected", "uncorrected"))
    assert max(full["as_is"]) < min(corrected["as_is"]) < max(corrected["as_is"]) < 0.1
    assert min(uncorrected["as_is"]) > 2 * max(results["unigram"])  # worse than no network
    assert max(uncorrected["plus_log_q"]) < 0.05
    np.testing.assert_allclose(uncorrected["as_is"], results["ratio"], rtol=0.05)


def test_the_correction_has_a_price():
    few = SAMPLED["results"]["few"]
    corrected, uncorrected = (np.mean(few[how], axis=1) for how in ("corrected", "uncorrected"))
    assert (corrected > 2 * uncorrected).all()  # at every rate
    assert corrected.min() > max(SAMPLED["results"]["corrected"]["as_is"])  # 50 samples are better


def test_the_comparisons_are_those_of_the_truth():
    for i, seed in enumerate(SAMPLED["seeds"]):
        log_p, log_q = vocabulary.truth(seed), np.log(vocabulary.zipf(1000))
        unigram = np.mean(np.exp(log_p) @ -log_q + np.sum(np.exp(log_p) * log_p, axis=1))
        assert SAMPLED["results"]["unigram"][i] == pytest.approx(unigram, rel=1e-4)


@pytest.mark.parametrize("how", ["corrected", "uncorrected", "full"])
def test_a_short_training_goes_the_same_way(how):
    short = {"V": 50, "contexts": 2, "m": 10, "steps": 800, "batch": 20, "lr": 2.0}
    result = vocabulary.sampled_training(0, how, **short)
    right, wrong = ("plus_log_q", "as_is")[:: 1 if how == "uncorrected" else -1]
    assert result[right] < 0.15 < 0.5 < result[wrong]
