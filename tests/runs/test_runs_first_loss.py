"""The first loss by how the weights begin: what it tells, and what it does not."""

import numpy as np
import pytest

from softmax_book import experiments as ex
from softmax_book import experiments_first_loss as first
from softmax_book.data import load_digits, load_run
from softmax_src.network import Network

RUN = load_run("first_loss")["results"]


def near(losses):
    return np.mean(np.abs(np.array(losses) - np.log(10)) < 0.01)


def test_a_first_loss_near_log_10_does_not_tell_one_softmax_from_two():
    for starts in RUN["losses"].values():
        assert 0.2 < near(starts["uniform"]["once"]) < 0.9
        assert near(starts["uniform"]["twice"]) == 1
        assert near(starts["zero output layer"]["once"]) == 1
        assert near(starts["glorot"]["twice"]) < 1


def test_fresh_weights_cannot_use_a_leak():
    leaking, plain = (np.array(RUN["leak"][name]) for name in ("leaking", "plain"))
    assert abs(leaking.mean() - plain.mean()) < plain.std() / 4
    assert leaking.min() > 2.1


def test_nothing_but_the_floor_is_sure():
    floor = np.log1p(9 / np.e)
    for starts in RUN["losses"].values():
        assert all(min(losses["twice"]) > floor for losses in starts.values())


@pytest.mark.parametrize("start", first.STARTS)
def test_first_loss_again(start):
    for name, sizes in (("64-30-10", (64, 30, 10)), ("64-128-128-10", (64, 128, 128, 10))):
        committed = RUN["losses"][name][start]
        once, twice = first.first_losses(3, start, sizes)
        assert once == pytest.approx(committed["once"][3], rel=1e-5)
        assert twice == pytest.approx(committed["twice"][3], rel=1e-5)


def test_the_leak_again():
    leaking, plain = first.with_leaking_labels(3)
    assert leaking == pytest.approx(RUN["leak"]["leaking"][3], rel=1e-5)
    assert plain == pytest.approx(RUN["leak"]["plain"][3], rel=1e-5)


def test_the_uniform_start_is_pytorchs():
    net = Network((64, 30, 10), seed=0)
    first.uniform_start(net, np.random.default_rng(0))
    for l, n_in in ((1, 64), (2, 30)):
        values = np.concatenate([net.W[l].ravel(), net.b[l]])
        assert np.abs(values).max() <= 1 / np.sqrt(n_in)
        assert values.std() == pytest.approx(1 / np.sqrt(3 * n_in), rel=0.1)


def test_smaller_batches_hide_a_second_softmax():
    run = load_run("double_softmax")["results"]
    small = run["batches_of_10"]
    assert np.mean(small["twice"]["epochs_to_90"]) < np.mean(run["twice"]["epochs_to_90"]) / 2
    assert np.all(np.array(small["twice"]["epochs_to_90"]) > small["once"]["epochs_to_90"])
    again = ex.smaller_batches(1, "softmax+nll", lr=0.3, epochs=1)
    assert ex.epochs_to(again, 0.9) in (None, 1)
    assert len(load_digits(1).x_train) == 1297
    assert again[-1] > 0.85


def test_saturation_has_two_ends():
    run = load_run("binary_saturation")["results"]
    assert np.mean(run["ones_float64"]) > 0.15
    assert max(run["zeros_float64"]) == 0
    assert np.mean(run["zeros_float16"]) > 0.2
    again = ex.binary_saturation(0)
    assert again["ones_float64"] == pytest.approx(run["ones_float64"][0], abs=0.05)
