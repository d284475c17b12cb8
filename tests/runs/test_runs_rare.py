"""The committed runs of chapter 7: what they show, and that training again gives the same."""

import numpy as np
import pytest

from softmax_book import experiments_rare as rare
from softmax_book.data import load_digits, load_run
from softmax_src import risk_coverage, softmax

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


# --- rare classes ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def imbalance():
    return load_run("imbalance")["results"]


def ahead(imbalance, one, other, key):
    """In how many of ten splits one answer is better than another, per rate, then at own rates."""
    sign = 1 if key.endswith("accuracy") else -1
    one, other = (  # (rates, splits)
        sign * np.array([run[answer][key] for run in imbalance["40"].values()])
        for answer in (one, other)
    )
    best = one[one.mean(axis=1).argmax()] > other[other.mean(axis=1).argmax()]
    return [*np.sum(one > other, axis=1), best.sum()]


def test_the_rate_decides_between_weights_and_adjusting(imbalance):
    assert list(imbalance["40"]) == ["0.03", "0.1", "0.3"]
    for key in ("balanced_accuracy", "balanced_nll"):
        low, _, high, own = ahead(imbalance, "adjusted_after", "class_weights", key)
        assert (low, high) == (0, 10)
        assert own in (7, 8)


def test_each_remedy_finds_rare_digits_that_plain_training_and_focal_loss_miss(imbalance):
    for remedy in ("class_weights", "adjusted_after", "adjusted_in_loss"):
        for other in ("plain", "focal"):
            for key in ("balanced_accuracy", "balanced_nll"):
                assert ahead(imbalance, remedy, other, key)[-1] == 10


def test_adjusted_answers_are_worse_as_in_training(imbalance):
    for answer in ("adjusted_after", "adjusted_in_loss"):
        assert min(ahead(imbalance, "plain", answer, "nll")) >= 9


def test_what_theory_does_not_order(imbalance):
    assert ahead(imbalance, "class_weights", "plain", "nll") == [0, 10, 10, 10]
    divided = "class_weights_divided_out", "plain"
    low, *others = ahead(imbalance, *divided, "balanced_nll")
    assert low > 5
    assert others == [0, 0, 0]
    assert ahead(imbalance, *divided, "nll")[-1] == 3


def test_the_effect_of_a_weight_fades(imbalance):
    gain = {}
    for epochs in ("40", "200"):
        run = imbalance[epochs]["0.1"]
        gain[epochs] = np.mean(run["class_weights"]["balanced_accuracy"]) - np.mean(
            run["plain"]["balanced_accuracy"]
        )
    assert gain["200"] < gain["40"] / 2


def test_imbalance_again(imbalance):
    again = rare.imbalance(0)
    for name, results in again.items():
        for key, value in results.items():
            committed = imbalance["40"]["0.1"][name][key][0]
            assert value == pytest.approx(committed, abs=0.02, rel=0.02), (name, key)


def test_thinning_keeps_a_twentieth_of_five_classes():
    labels = np.repeat(np.arange(10), 100)
    kept = np.bincount(labels[rare.thin_out(labels, seed=3)])
    assert sorted(kept) == [5] * 5 + [100] * 5
    assert list(kept) != list(np.bincount(labels[rare.thin_out(labels, seed=4)]))


def test_judge_weights_the_test_examples():
    z = np.array([[1.0, 0], [1, 0], [1, 0], [1, 0]])  # always class 0
    found = rare.judge(z, np.array([0, 0, 0, 1]), np.array([0.9, 0.1]))
    assert found["accuracy"] == pytest.approx(0.9)
    assert found["balanced_accuracy"] == pytest.approx(0.5)
    low, high = np.log1p(np.exp(-1)), np.log1p(np.exp(1))
    assert found["nll"] == pytest.approx(0.9 * low + 0.1 * high)
    assert found["balanced_nll"] == pytest.approx((low + high) / 2)


# --- sets -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sets():
    return load_run("conformal")["results"]


def test_three_in_five_are_answered_with_few_errors(sets):
    z, labels = (np.array(sets["example"][key]) for key in ("z_test", "labels_test"))
    curve = risk_coverage(softmax(z).max(axis=1), z.argmax(axis=1) == labels)
    assert np.interp(0.6, curve.coverage, curve.risk) < 0.02


def test_the_promise_is_kept_on_average_whatever_the_model(sets):
    for kind in ("lac", "aps"):
        coverage = np.mean(sets[kind]["by_alpha"]["coverage"], axis=0)
        n = 300
        for alpha, seen in zip(sets["alphas"], coverage, strict=True):
            # sd of one split: calibration and test; the ten splits share digits
            sd = np.sqrt(alpha * (1 - alpha) * (1 / n + 1 / 1197))
            assert abs(seen - (1 - alpha)) < 4 * sd / np.sqrt(10) + 1 / (n + 1), (kind, alpha)
    assert np.mean(sets["untrained"]["coverage"]) == pytest.approx(0.9, abs=0.03)
    assert np.mean(sets["untrained"]["size"]) > 8


def test_the_promise_is_not_for_each_class_nor_for_other_noise(sets):
    by_class = np.mean(sets["lac"]["by_class"], axis=0)
    assert by_class.min() < 0.85 < 0.95 < by_class.max()
    for kind in ("lac", "aps"):
        coverage = np.mean(sets[kind]["by_noise"]["coverage"], axis=0)
        assert np.all(np.diff(coverage) < 0)
        assert coverage[-1] < 0.8
        np.testing.assert_allclose(
            np.array(sets[kind]["by_noise"]["coverage"])[:, 0],
            np.array(sets[kind]["by_alpha"]["coverage"])[:, sets["alphas"].index(0.1)],
        )
    assert np.mean(sets["aps_without_chance"]["size"]) > 2 * np.mean(
        np.array(sets["aps"]["by_alpha"]["size"])[:, sets["alphas"].index(0.1)]
    )


def test_sets_become_empty_below_the_accuracy(sets):
    empty = np.mean(sets["lac"]["by_alpha"]["empty"], axis=0)
    assert np.all(empty[:4] == 0)
    assert empty[-1] > 0.2
    assert 0.8 < np.mean(sets["accuracy"]) < np.mean(sets["confidence"]) < 0.9


def test_conformal_again(sets):
    run = load_run("conformal")
    again, (z_calibration, calibration, z, labels) = rare.conformal(
        0, sets["alphas"], sets["strengths"], **{k: run["settings"][k] for k in ("noise", "n")}
    )
    example = sets["example"]
    np.testing.assert_array_equal(calibration, example["labels_calibration"])
    np.testing.assert_array_equal(labels[:300], example["labels_test"])
    np.testing.assert_allclose(z_calibration, example["z_calibration"], atol=0.1)
    np.testing.assert_allclose(z[:300], example["z_test"], atol=0.1)
    for kind in ("lac", "aps"):
        for key, values in again[kind]["by_alpha"].items():
            np.testing.assert_allclose(values, sets[kind]["by_alpha"][key][0], atol=0.06)
