"""The committed runs of chapter 7: what they show, and that training again gives the same."""

import numpy as np
import pytest

from softmax_book import experiments_rare as rare
from softmax_book.data import load_digits, load_run

SCORES = ["probability", "logit", "energy", "centred_logit", "centred_energy"]


@pytest.fixture(scope="module")
def novel():
    return load_run("novel_digits")["results"]


def test_eights_and_nines_stand_out_more_by_their_logits(novel):
    auc = {name: np.array(novel["auc"][name]) for name in SCORES}
    for name in SCORES[1:]:
        assert np.all(auc[name] > auc["probability"])
    assert np.mean(novel["novel_above_90"]) > 0.2
    assert min(novel["accuracy"]) > 0.96


def test_over_all_pairs_of_digits_that_is_a_toss_up(novel):
    assert len(novel["pairs"]) == len({tuple(pair) for pair in novel["pairs"]}) == 45
    means = {name: np.mean(novel["pairs_auc"][name], axis=1) for name in SCORES}
    better = np.mean(means["energy"] > means["probability"])
    assert 0.4 < better < 0.75
    row = novel["pairs"].index([8, 9])
    for name in SCORES:
        assert novel["pairs_auc"][name][row] == novel["auc"][name][:3]


def test_a_common_vector_at_the_start_changes_no_probability_and_the_energy_much(novel):
    assert max(novel["twin_differs"]) < 1e-12
    assert max(novel["drift"]) < 1e-12
    assert np.mean(novel["auc_twin"]["energy"]) < np.mean(novel["auc"]["energy"]) - 0.05
    for name in ("probability", "centred_logit", "centred_energy"):
        np.testing.assert_allclose(novel["auc_twin"][name], novel["auc"][name], atol=1e-5)
    turned = 1 - np.array(novel["auc"]["energy"])
    np.testing.assert_allclose(novel["auc_adversarial_energy"], turned, atol=1e-5)


def test_the_novel_example_is_the_first_seed(novel):
    z, labels = np.array(novel["example"]["z"]), np.array(novel["example"]["labels"])
    assert z.shape == (500, 8)
    np.testing.assert_array_equal(labels, load_digits(0).y_test)
    auc = rare.novelty_auc(z, labels >= 8)
    for name in SCORES:
        assert auc[name] == pytest.approx(novel["auc"][name][0], abs=2e-4)


def test_novel_digits_again(novel):
    again, (z, _) = rare.novel_digits(0)
    np.testing.assert_allclose(z, novel["example"]["z"], atol=0.01)
    for name in SCORES:
        assert again["auc"][name] == pytest.approx(novel["auc"][name][0], abs=0.003)
        assert again["auc_twin"][name] == pytest.approx(novel["auc_twin"][name][0], abs=0.01)
    assert again["twin_differs"] < 1e-12
    assert rare.novel_pair(1, (8, 9))["energy"] == pytest.approx(
        novel["auc"]["energy"][1], abs=0.003
    )
