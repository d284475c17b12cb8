"""The network: every gradient against another way to it, training, its history and its errors."""

import io
import re
import sys

import mpmath
import numpy as np
import pytest
from nbclient import NotebookClient
from nbformat import v4

from softmax_book.experiments import clipped_nll
from softmax_src import check_gradient, one_hot, softmax_jvp
from softmax_src.network import HIDDEN, INITS, PAIRS, Network, _progress_bar


def flat(parameters):
    return np.concatenate([parameters[l].ravel() for l in sorted(parameters)])


def set_flat(parameters, vector):
    start = 0
    for l in sorted(parameters):
        size = parameters[l].size
        parameters[l] = vector[start : start + size].reshape(parameters[l].shape)
        start += size


def small_problem(seed=0, n=7, n_in=4, n_out=3):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, n_in)), rng.integers(0, n_out, size=n)


# --- output/cost pairs, against costs in 50 digits ------------------------------------------


def exact_softmax(z):
    exponentials = [mpmath.exp(x) for x in z]
    return [e / mpmath.fsum(exponentials) for e in exponentials]


def exact_sigmoid(z):
    return [1 / (1 + mpmath.exp(-x)) for x in z]


def exact_quadratic(a, y):
    return mpmath.fsum((a_k - y_k) ** 2 for a_k, y_k in zip(a, y, strict=True)) / 2


def exact_nll(a, y):
    return -mpmath.fsum(y_k * mpmath.log(a_k) for a_k, y_k in zip(a, y, strict=True))


def exact_cross_entropy(a, y):
    return -mpmath.fsum(
        y_k * mpmath.log(a_k) + (1 - y_k) * mpmath.log(1 - a_k)
        for a_k, y_k in zip(a, y, strict=True)
    )


EXACT = {
    "softmax+nll": (exact_softmax, exact_nll),
    "softmax+quadratic": (exact_softmax, exact_quadratic),
    "sigmoid+cross-entropy": (exact_sigmoid, exact_cross_entropy),
    "sigmoid+quadratic": (exact_sigmoid, exact_quadratic),
    "double-softmax+nll": (lambda z: exact_softmax(exact_softmax(z)), exact_nll),
}


def test_every_pair_has_an_oracle():
    assert EXACT.keys() == PAIRS.keys()


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("spread", [0.5, 3, 12])
def test_pairs_match_50_digits(pair, spread):
    z = np.random.default_rng(3).normal(0, spread, size=(4, 5))
    labels = np.array([0, 4, 2, 2])
    a, C, delta = PAIRS[pair](z, one_hot(labels, 5))
    activation, cost = EXACT[pair]
    with mpmath.workdps(50):
        for n, c in enumerate(labels):
            logits, y = [mpmath.mpf(float(x)) for x in z[n]], [int(k == c) for k in range(5)]
            np.testing.assert_allclose(a[n], [float(x) for x in activation(logits)], rtol=1e-13)
            assert C[n] == pytest.approx(float(cost(activation(logits), y)), rel=1e-12)
            for k in range(5):
                slope = mpmath.diff(
                    lambda x, k=k, y=y, logits=logits: cost(
                        activation([*logits[:k], x, *logits[k + 1 :]]), y
                    ),
                    logits[k],
                )
                assert delta[n, k] == pytest.approx(float(slope), rel=1e-9, abs=1e-14)


def test_only_matched_pairs_push_a_confidently_wrong_output():
    one_wrong, all_wrong = np.zeros((1, 10)), np.full((1, 10), 10.0)
    one_wrong[0, 3] = 10.0  # while class 0 is right
    all_wrong[0, 0] = -10.0
    y = one_hot([0], 10)
    norm = {
        pair: np.linalg.norm(PAIRS[pair](one_wrong if "softmax" in pair else all_wrong, y)[2])
        for pair in PAIRS
    }
    # √2 and √10 up to e⁻¹⁰; the quadratic ones from 50 digits, to two figures
    assert norm["softmax+nll"] == pytest.approx(np.sqrt(2), rel=1e-3)
    assert norm["sigmoid+cross-entropy"] == pytest.approx(np.sqrt(10), rel=1e-3)
    assert norm["softmax+quadratic"] == pytest.approx(4.8e-4, rel=0.02)
    assert norm["sigmoid+quadratic"] == pytest.approx(1.4e-4, rel=0.03)
    assert norm["double-softmax+nll"] < 1e-3


def test_a_saturated_quadratic_gradient_is_the_jacobian_times_a_minus_y():
    """a(v − a·v) written out is 0 for the first class here, where the truth is 8.5e-18."""
    z, y = np.array([[40.0, 0.0, -5.0]]), np.array([[0.0, 1.0, 0.0]])
    a, _, delta = PAIRS["softmax+quadratic"](z, y)
    v = a - y  # (1, 0): the largest and the label's are right to the last digit
    np.testing.assert_allclose(delta, softmax_jvp(z, v), rtol=1e-14)
    assert delta[0, 0] == pytest.approx(2 * exact_softmax(z[0])[1], rel=1e-2)


# --- backpropagation ------------------------------------------------------------------------


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("sizes", [(4, 3), (4, 6, 3), (4, 5, 6, 3)])
def test_backpropagation_matches_finite_differences(pair, hidden, sizes):
    network = Network(sizes, hidden=hidden, pair=pair, seed=5)
    for b in network.b.values():  # off 0, or a ReLU whose inputs are all 0 sits on its kink
        b += np.random.default_rng(6).normal(0, 0.5, size=b.shape)
    x, labels = small_problem()
    y = one_hot(labels, 3)
    for parameters, which in ((network.W, 0), (network.b, 1)):
        start = flat(parameters)

        def cost(vector, parameters=parameters):
            set_flat(parameters, vector)
            return PAIRS[pair](network.logits(x), y)[1].mean()

        def gradient(vector, parameters=parameters, which=which):
            set_flat(parameters, vector)
            return flat(network.backpropagate(x, y)[which])

        check = check_gradient(cost, gradient, start, rtol=1e-6, atol=1e-9)
        set_flat(parameters, start)
        assert check, str(check)


def test_gradients_have_the_shapes_of_their_parameters():
    network = Network((4, 6, 3))
    x, labels = small_problem()
    grad_W, grad_b = network.backpropagate(x, one_hot(labels, 3))
    assert {l: g.shape for l, g in grad_W.items()} == {1: (6, 4), 2: (3, 6)}
    assert {l: g.shape for l, g in grad_b.items()} == {1: (6,), 2: (3,)}


@pytest.mark.parametrize("hidden", HIDDEN)
def test_forward_is_the_sum_of_the_book(hidden):
    functions = {
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
        "tanh": np.tanh,
        "relu": lambda z: max(z, 0.0),
    }
    network = Network((2, 3, 2), hidden=hidden, seed=1)
    network.b[1][:] = [0.1, -0.2, 0.3]
    x = [0.7, -1.3]
    a = [
        functions[hidden](sum(network.W[1][j, k] * x[k] for k in range(2)) + network.b[1][j])
        for j in range(3)
    ]
    z = [sum(network.W[2][j, k] * a[k] for k in range(3)) + network.b[2][j] for j in range(2)]
    np.testing.assert_allclose(network.logits([x])[0], z, rtol=1e-13)


def test_forward_keeps_the_inputs_as_floats_and_leaves_the_last_activation_to_the_pair():
    z, a = Network((2, 3, 2), seed=1).forward([[1, 2]])
    assert (list(z), list(a)) == ([1, 2], [0, 1])
    assert a[0].dtype == np.float64


def test_clipping_zeroes_the_gradient_that_is_needed():
    z, y = np.array([[0.0, 20.0], [1.0, 2.0]]), one_hot([0, 0], 2)
    _, C, delta = clipped_nll(1e-3)(z, y)
    _, C_full, delta_full = PAIRS["softmax+nll"](z, y)
    assert C[0] == pytest.approx(-np.log(1e-3))
    assert C_full[0] == pytest.approx(20)
    np.testing.assert_array_equal(delta[0], 0)
    np.testing.assert_array_equal(delta[1], delta_full[1])
    assert C[1] == pytest.approx(C_full[1])


# --- initial weights ------------------------------------------------------------------------


@pytest.mark.parametrize(("init", "variance"), [("scaled", 1 / 400), ("glorot", 2 / 700)])
def test_initial_weights_have_the_named_variance(init, variance):
    W = Network((400, 300, 5), init=init, seed=2).W[1]
    # 120000 normal numbers: the sample variance is within 2 % with overwhelming probability
    assert W.var() == pytest.approx(variance, rel=0.02)
    assert abs(W.mean()) < 5 * np.sqrt(variance / W.size)


def test_he_is_the_default_for_relu_and_glorot_otherwise():
    for hidden, init in {"relu": "he", "tanh": "glorot", "sigmoid": "glorot"}.items():
        default, named = (Network((9, 7, 3), hidden=hidden, init=i) for i in (None, init))
        np.testing.assert_array_equal(default.W[1], named.W[1])
    assert INITS["he"](8, 2) == 0.5


def test_output_scale_multiplies_the_output_weights_alone():
    plain, scaled = Network((5, 4, 3), seed=8), Network((5, 4, 3), seed=8, output_scale=30)
    np.testing.assert_array_equal(scaled.W[1], plain.W[1])
    np.testing.assert_array_equal(scaled.W[2], 30 * plain.W[2])
    assert not flat(plain.b).any()


# --- training -------------------------------------------------------------------------------


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("pair", ["softmax+nll", "sigmoid+cross-entropy", "softmax+quadratic"])
def test_it_learns_what_no_linear_layer_can(pair, hidden):
    x = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    network = Network((2, 16, 2), hidden=hidden, pair=pair, seed=1)
    history = network.train(x, np.array([0, 1, 1, 0]), epochs=600, lr=1.0, batch_size=4)
    assert history["train_accuracy"][-1] == 1
    assert history["train_cost"][-1] < 0.2 * history["train_cost"][0]


def test_one_full_batch_step_is_gradient_descent():
    x, labels = small_problem()
    network, twin = Network((4, 5, 3), seed=3), Network((4, 5, 3), seed=3)
    grad_W, grad_b = twin.backpropagate(x, one_hot(labels, 3))
    network.train(x, labels, epochs=1, lr=0.5, batch_size=len(x))
    for l in (1, 2):
        np.testing.assert_allclose(network.W[l], twin.W[l] - 0.5 * grad_W[l], rtol=1e-12)
        np.testing.assert_allclose(network.b[l], twin.b[l] - 0.5 * grad_b[l], atol=1e-15)


def test_each_epoch_sees_every_example_once_in_a_new_order(monkeypatch):
    x, labels = np.arange(10.0)[:, None], np.zeros(10, dtype=int)
    batches = []
    monkeypatch.setattr(Network, "step", lambda self, x, y, lr: batches.append(x.ravel()))
    Network((1, 2), seed=0).train(x, labels, epochs=2, lr=1, batch_size=4)
    assert [len(batch) for batch in batches] == [4, 4, 2, 4, 4, 2]
    first, second = np.concatenate(batches[:3]), np.concatenate(batches[3:])
    assert sorted(first) == sorted(second) == list(range(10))
    assert list(first) != list(second)


def test_history_starts_before_training_and_ends_with_evaluate():
    x, labels = small_problem(n=20)
    x_test, labels_test = small_problem(seed=1)
    network = Network((4, 5, 3), seed=3)
    before = network.evaluate(x_test, labels_test)
    history = network.train(x, labels, epochs=3, lr=0.1, test=(x_test, labels_test))
    quantities = ("cost", "accuracy", "delta_norm")
    assert list(history) == [f"{part}_{q}" for part in ("train", "test") for q in quantities]
    assert {len(values) for values in history.values()} == {4}
    after = network.evaluate(x_test, labels_test)
    for q in quantities:
        assert history[f"test_{q}"][0] == before[q]
        assert history[f"test_{q}"][-1] == after[q]


def test_evaluate_by_hand():
    network = Network((2, 2))
    network.W[1][:] = np.eye(2)
    x, labels = np.array([[0.0, 0.0], [0.0, np.log(3)]]), np.array([0, 0])
    report = network.evaluate(x, labels)
    assert report["cost"] == pytest.approx((np.log(2) + np.log(4)) / 2)
    assert report["accuracy"] == 0.5  # of two equal outputs the first is the answer
    assert report["delta_norm"] == pytest.approx((np.sqrt(0.5) + np.sqrt(2 * 0.75**2)) / 2)


def test_targets_with_several_ones_count_when_every_output_is_right():
    network = Network((2, 2), pair="sigmoid+cross-entropy")
    network.W[1][:] = np.eye(2)
    x = np.array([[5.0, 5.0], [5.0, -5.0], [-5.0, -5.0], [5.0, 5.0]])
    y = np.array([[1, 1], [1, 0], [0, 0], [1, 0]])
    assert network.evaluate(x, y)["accuracy"] == 0.75


def test_an_output_or_a_target_of_one_half_is_on_the_lower_side():
    network = Network((1, 2), pair="sigmoid+cross-entropy")
    network.W[1][:] = 0.0  # both outputs are 1/2
    for targets, accuracy in (([[0.0, 0.5]], 1.0), ([[0.0, 0.6]], 0.0)):
        assert network.evaluate([[1.0]], np.array(targets))["accuracy"] == accuracy


def test_accuracy_counts_the_right_labels():
    network = Network((2, 2))
    network.W[1] = np.eye(2)
    x = np.array([[1, 0], [1, 0], [0, 1], [0, 1]])
    assert network.evaluate(x, np.array([0, 0, 1, 0]))["accuracy"] == 0.75


def test_batches_of_32_by_default():
    x, labels = small_problem(n=100)
    default, chosen = (Network((4, 3), seed=1) for _ in range(2))
    default.train(x, labels, 1, 0.1)
    chosen.train(x, labels, 1, 0.1, batch_size=32)
    np.testing.assert_array_equal(default.W[1], chosen.W[1])


def test_labels_and_their_one_hot_targets_train_alike():
    x, labels = small_problem()
    networks = [Network((4, 5, 3), seed=3) for _ in range(2)]
    networks[0].train(x, labels, epochs=3, lr=0.3)
    networks[1].train(x, one_hot(labels, 3), epochs=3, lr=0.3)
    np.testing.assert_array_equal(networks[0].W[1], networks[1].W[1])


def test_seeds_decide_everything_and_the_global_generator_nothing():
    x, labels = small_problem(n=20)

    def weights(seed):
        network = Network((4, 5, 3), seed=seed)
        network.train(x, labels, epochs=2, lr=0.1, batch_size=3)
        return flat(network.W)

    state = np.random.get_state()[1].copy()  # noqa: NPY002 (that it is left alone is the test)
    np.testing.assert_array_equal(weights(1), weights(1))
    assert not np.array_equal(weights(1), weights(2))
    np.testing.assert_array_equal(state, np.random.get_state()[1])  # noqa: NPY002


def test_the_seed_is_0_unless_it_is_given():
    weights = [flat(Network((4, 3), **seed).W) for seed in ({}, {"seed": 0}, {"seed": 1})]
    np.testing.assert_array_equal(weights[0], weights[1])
    assert np.any(weights[0] != weights[2])


def test_the_least_training_there_is():
    x, labels = small_problem()
    network = Network((4, 3))
    before = flat(network.W)
    assert len(network.train(x, labels, epochs=0, lr=0.1)["train_cost"]) == 1
    np.testing.assert_array_equal(flat(network.W), before)
    assert len(network.train(x, labels, epochs=1, lr=0.1, batch_size=1)["train_cost"]) == 2


@pytest.mark.parametrize("progress", [True, False, None])
def test_training_shows_progress_as_it_is_told(monkeypatch, progress):
    told = []

    def bar(epochs, progress):
        told.append((epochs, progress))
        return range(epochs)

    monkeypatch.setattr("softmax_src.network._progress_bar", bar)
    Network((4, 3)).train(*small_problem(), epochs=2, lr=0.1, progress=progress)
    assert told == [(2, progress)]


def test_training_leaves_its_data_alone():
    x, labels = small_problem()
    x_before, labels_before = x.copy(), labels.copy()
    Network((4, 3)).train(x, labels, epochs=2, lr=1.0)
    np.testing.assert_array_equal(x, x_before)
    np.testing.assert_array_equal(labels, labels_before)


@pytest.mark.parametrize("pair", PAIRS)
def test_predictions_are_the_pairs_activations(pair):
    network = Network((4, 5, 3), pair=pair, seed=3)
    x, labels = small_problem()
    a = PAIRS[pair](network.logits(x), one_hot(labels, 3))[0]
    np.testing.assert_array_equal(network.predict_proba(x), a)
    np.testing.assert_array_equal(network.predict(x), a.argmax(axis=1))


def test_a_network_is_printed_without_an_address():
    assert repr(Network((64, 30, 10))) == "Network(64-30-10, tanh, softmax+nll)"
    assert repr(Network((2, 2), pair=clipped_nll(0.1))) == "Network(2-2, tanh, custom pair)"


# --- errors ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"pair": "softmax+mse"}, r"output/cost pair 'softmax\+mse': choose one of softmax\+nll"),
        ({"hidden": "gelu"}, "hidden activation 'gelu': choose one of sigmoid, tanh, relu"),
        ({"init": "zeros"}, "initialisation 'zeros': choose one of scaled, glorot, he"),
        ({"sizes": (4,)}, "at least an input and an output layer"),
        ({"sizes": (4, 0, 3)}, "at least an input and an output layer"),
    ],
)
def test_wrong_networks_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Network(**{"sizes": (4, 3)} | arguments)


@pytest.mark.parametrize(
    "arguments", [{"lr": 0}, {"lr": float("nan")}, {"epochs": -1}, {"batch_size": 0}]
)
def test_wrong_settings_are_refused(arguments):
    x, labels = small_problem()
    with pytest.raises(ValueError, match="no training with"):
        Network((4, 3)).train(x, labels, **{"epochs": 1, "lr": 0.1} | arguments)


@pytest.mark.parametrize(
    ("n_in", "n_labels", "error"), [(5, 7, ValueError), (4, 6, ValueError), (4, 7, IndexError)]
)
def test_wrong_data_are_refused(n_in, n_labels, error):
    x = np.zeros((7, n_in))
    labels = np.full(n_labels, 3 if error is IndexError else 0)
    with pytest.raises(error):
        Network((4, 3)).train(x, labels, epochs=1, lr=0.1)


@pytest.mark.parametrize(
    ("x", "labels"), [((7, 9), (7,)), ((7,), (7,)), ((7, 4, 2), (7,)), ((7, 4), (6, 3))], ids=str
)
def test_shapes_that_do_not_fit_are_named(x, labels):
    fits = "need inputs (N, 4) and as many labels (N,) or targets (N, 3)"
    with pytest.raises(ValueError, match=re.escape(f"{fits}, got shapes {x} and {labels}")):
        Network((4, 5, 3)).train(np.zeros(x), np.zeros(labels, int), epochs=1, lr=0.1)


# --- progress -------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("terminal", "progress", "shown"),
    [
        (True, None, True),
        (True, False, False),
        (False, None, False),
        (False, True, True),
    ],
)
def test_progress_shows_in_a_terminal_or_on_demand(monkeypatch, terminal, progress, shown):
    monkeypatch.setattr(sys, "stderr", Terminal() if terminal else io.StringIO())
    bar = _progress_bar(3, progress)
    assert bar.disable is not shown
    if shown:
        assert (bar.unit, bar.delay, bar.leave) == ("epoch", 2, False)
    assert list(bar) == [0, 1, 2]


def test_without_tqdm_it_trains_without_a_bar(monkeypatch):
    x, labels = small_problem()
    expected = Network((4, 3)).train(x, labels, epochs=2, lr=0.1)
    monkeypatch.setitem(sys.modules, "tqdm", None)  # as if it were not installed
    assert Network((4, 3)).train(x, labels, epochs=2, lr=0.1, progress=True) == expected


def test_progress_is_silent_in_a_notebook():
    code = (
        "import numpy as np\n"
        "from softmax_src.network import Network, _progress_bar\n"
        "bar = _progress_bar(3, None)\n"
        "Network((1, 2)).train(np.zeros((4, 1)), np.zeros(4, dtype=int), 5, 0.1)['train_cost'][0]\n"
        "print(bar.disable)"
    )
    notebook = v4.new_notebook(cells=[v4.new_code_cell(code)])
    NotebookClient(notebook, kernel_name="python3", timeout=60).execute()
    assert [output["text"] for output in notebook.cells[0].outputs] == ["True\n"]
