"""Write the committed runs, softmax_book/runs/*.json: all of them, or those named.

Every file holds ``name``, ``about``, ``settings``, ``seeds``, ``versions``, ``cpu`` and
``results``; numbers are rounded to 6 significant digits. A list "per seed" is in the order of
``seeds``. What ``results`` holds:

slow_start
    ``pairs``, ``output_scales``; ``race[pair][str(scale)]`` with ``test_accuracy``, ``train_cost``
    and ``train_delta_norm``, each per seed a list over epochs 0 (before training) to 40;
    ``rates``, ``epochs_to_90[pair]`` and ``final_accuracy[pair]``, per rate a list per seed (null:
    not within 20 epochs), at the default initialisation; ``best_rate[pair]``: of the rates at which
    every seed gets there, the one with the fewest epochs on average. ``wrong_rates`` and
    ``wrong_final_accuracy[pair]``: the same with the output weights x 30, after 40 epochs.
    ``tuned_race[pair][str(scale)]``: ``test_accuracy`` as in ``race``, at the pair's own rate
    ``lr``, which is ``best_rate`` or, x 30, the rate with the highest final accuracy on average.
optimisers
    ``pairs``, ``rates[start][optimiser]``. ``usual_start[optimiser][pair]``: ``epochs_to_90``
    (null: not within 40 epochs) and ``after_40``, the test accuracy, per rate a list per seed.
    ``wrong_start[optimiser][pair]``, the output weights x 30: ``after_40``, ``after_200`` likewise,
    and, after 200 epochs, ``stuck`` (share of the training digits that are misread although the
    gradient at their own output is below 0.001) and ``lost`` (how many of the ten digits are read
    right less than once in ten).
saturated_hidden
    ``hidden_scales``; ``test_accuracy`` and ``moved`` (distance that the hidden weights travel,
    relative to their initial norm, which grows with the scale), ``slope_before`` and
    ``slope_after`` (mean slope 1 - a² of the hidden neurons), per scale a list per seed.
clipping
    ``floors`` (0: unclipped, from logits); ``final_accuracy`` and ``dead_at_start`` (share of the
    training examples whose gradient the clip zeroes before the first step), per floor a list per
    seed.
double_softmax
    per ``once`` and ``twice``: ``test_accuracy`` and ``train_cost``, per seed a list over epochs;
    ``epochs_to_90``, ``epochs_to_95`` and ``final_accuracy`` per seed; ``loss_range``: the least
    and the largest loss of one example at the end. ``rates[str(rate)]``: ``epochs_to_95`` and
    ``final_accuracy`` per seed, twice, at other learning rates. ``batches_of_10``: ``once`` and
    ``twice``, ``epochs_to_90`` per seed in smaller batches.
first_loss
    ``losses[network][start]``: ``once`` and ``twice``, the mean loss of the training digits before
    any training under one softmax and under two, per seed; ``leak``: with the one-hot label as part
    of the input (``leaking``) and without (``plain``), per seed.
calibration
    ``train_accuracy`` and ``train_confidence``, ``T``, ``accuracy``, ``confidence``,
    ``confidence_T``, ``ece``, ``ece_T``, ``nll``, ``nll_T`` and ``same_argmax`` per seed (…_T:
    after dividing the logits by T, fitted on 500 validation digits); ``T_on_test``: fitted on the
    test digits themselves; ``T_balanced``: at which the mean confidence equals the accuracy there;
    ``honest`` and ``honest_T``: of 1000 sets of labels drawn from the probabilities themselves the
    ``mean`` and the ``quantile_95`` of the ECE, and the share ``at_least`` that reaches the true
    labels' ECE; ``bins`` and ``bins_T``: per seed, in 15 bins of confidence, the number of digits,
    the sum of their confidences, the number of right answers; ``example``: ``z`` (500, 10), to 3
    decimals, and ``labels`` (500,) of the first seed's test digits, and its ``T``.
digits_gallery
    ``test_accuracy``; ``confident``, ``torn``, ``wrong``: lists of ``index`` (in scikit-learn's
    array), ``label``, ``predicted``, ``z`` (10,), ``a`` (10,); ``sums_of_sigmoids``: ``example``,
    the first seed's 500 sums in rising order, and ``least``, ``largest``, ``within_a_tenth_of_1``
    and ``accuracy`` per seed.
draw_digit
    ``hidden``: ``W`` (30, 64) and ``b`` (30,) of a tanh layer for pixels in [0, 1]; on it two
    output layers, ``softmax`` and ``sigmoid``, each ``W`` (10, 30), ``b`` (10,), ``test_accuracy``
    (as scanned) and ``jittered_accuracy`` (moved and stark); weights are rounded to 3 significant
    digits, before the accuracies; ``samples``: ``label`` and ``pixels`` (64,), 0 to 16, of six test
    digits.
one_vs_rest
    ``auc`` and ``average_precision``, per score a list per seed (``z``, ``a``, ``m``,
    ``z_shifted``; AUC also ``z_adversarial`` and ``a_T0.2`` … ``a_T5``), means over the ten
    classes; ``accuracy``, ``log_loss``, ``brier``, ``ece`` per seed; ``example``: ``z`` (500, 10),
    to 3 decimals, and ``labels`` (500,) of the first seed.
auc_intervals
    noisy digits, "is it an 8?": ``eights`` (their number), ``auc``, and its 95 % intervals
    ``hanley_mcneil`` and ``bootstrap``, each per seed a pair; ``averages``: four AUCs over ten
    classes, per seed. ``coverage[distance]``: of 200 simulated test sets per seed, the share whose
    interval holds the true AUC, and the share whose formula reaches beyond 1.
binary_saturation
    ``median_margin``, ``auc_margin``, ``auc_float64``, ``auc_float32``, ``auc_float16`` per seed,
    and for each type ``ones_`` and ``zeros_``: shares of probabilities that are exactly 1 and 0.
multilabel
    ``attributes``; per ``sigmoids``, ``softmax_over_combinations`` and ``softmax_over_attributes``:
    ``exact_match`` per seed, ``each`` per seed a list over attributes, and ``nll`` or
    ``threshold`` per seed; ``mean_sum_of_sigmoids[n]`` per seed, for digits with n attributes.
novel_digits
    trained on 0 to 7; per seed, the AUC that tells 8 and 9 from them: ``auc`` of ``probability``
    (1 − max a), ``logit`` (−max z), ``energy`` (−LSE(z)) and of the last two with each row's mean
    logit taken off (``centred_logit``, ``centred_energy``); ``auc_twin``, the same of a network
    that started with a common vector added to all output neurons' weights;
    ``auc_adversarial_energy``; ``drift``: how far training moved the sum of the output neurons'
    weights; ``twin_differs``: the largest difference of a probability; ``accuracy`` on known
    digits; ``known_above_90``, ``novel_above_90``, ``novel_below_50``: shares with max a above .9
    or below .5. ``pairs``: the 45 pairs of digits that can be novel, and ``pairs_auc[score]``, per
    pair a list over the first seeds; ``example``: ``z`` (500, 8), to 3 decimals, and ``labels``
    (500,) of the first seed.
vocabulary_cost
    ``by_words`` and ``by_tokens``: ``size`` (V at N tokens of the settings, or N at V words), and
    per size ``full`` and ``chunked`` (peak bytes) and ``time_ratio`` (the
    processor's time in chunks over that of ``lean_loss``) per seed.
sampled_softmax
    per ``full``, ``corrected`` and ``uncorrected``: the divergence from the truth of softmax(z),
    ``as_is``, and of softmax(z + log q), ``plus_log_q``, per seed; for comparison the divergences
    of the overall distribution q (``unigram``) and of p/q, normalised (``ratio``), per seed;
    ``few``: ``m`` samples only, at the learning rates ``lr``; per ``corrected`` (as is) and
    ``uncorrected`` (plus log q) the divergence, per rate a list per seed.
imbalance
    five of the ten digits, chosen by the seed, thinned out to one in twenty; ``answers``;
    per number of epochs, learning rate and answer: ``accuracy`` and ``nll`` with the class
    frequencies of the training, ``balanced_accuracy`` and ``balanced_nll`` with equal ones,
    ``balanced_ece`` on the test digits as they are, per seed.
conformal
    ``accuracy``, ``confidence``; per ``lac`` and ``aps``, α = .1 unless said otherwise:
    ``by_alpha`` (over ``alphas``), ``by_noise`` (test digits of these ``strengths``, calibrated at
    4), ``sure`` (max a > .9) and ``unsure`` (below .6), each ``coverage``, mean ``size`` and share
    of ``empty`` sets, and ``by_class``, the coverage; ``untrained`` and ``aps_without_chance``,
    the same for a network before training and for APS with u = 1; all per seed. ``example``:
    ``z_calibration`` (300, 10) and ``z_test`` (300, 10), to 2 decimals, and labels, of the first.
distillation
    per number of digits that the student sees, ``50`` and ``100``: the test accuracy per seed of
    the ``teacher``, and of students that learn from ``labels``, from the teacher's softened answers
    (``T1`` … ``T20``), from its logits (``matched``), or, at T = 5, from its answers with the less
    likely digits made ``equal`` or ``shuffled``; ``spread``: the mean range of the teacher's
    logits; ``norm_T1`` … ``norm_matched``: the mean norm of the gradient in the logits, with the
    factor T², at the start.
"""

import argparse
import itertools
import json
import platform
import re
import sys
import time
from pathlib import Path

import numpy as np
import sklearn
from tqdm import tqdm

from softmax_book import experiments as ex
from softmax_book import experiments_auc as areas
from softmax_book import experiments_choosing as choosing
from softmax_book import experiments_first_loss as beginnings
from softmax_book import experiments_rare as rare
from softmax_book import experiments_vocabulary as vocabulary
from softmax_book.data import load_digits
from softmax_src.activations import softmax
from softmax_src.losses import softmax_loss
from softmax_src.network import Network

FOLDER = Path(__file__).resolve().parent.parent / "softmax_book" / "runs"
FOUR_PAIRS = ["softmax+nll", "sigmoid+cross-entropy", "softmax+quadratic", "sigmoid+quadratic"]
FIVE, TEN = list(range(5)), list(range(10))


def each(jobs, what):
    """The jobs, with a progress bar."""
    return tqdm(list(jobs), desc=what, leave=False, disable=None)


def per_seed(results):
    """A list of dicts to a dict of lists, all the way down."""
    first = results[0]
    if not isinstance(first, dict):
        return list(results)
    return {key: per_seed([result[key] for result in results]) for key in first}


def slow_start():
    """Four output/cost pairs from a good and from a confidently wrong start."""
    race_settings, grid_settings = {"lr": 0.03, "epochs": 40}, {"epochs": 20}
    scales, rates = [1, 30], [0.03, 0.1, 0.3, 1, 3, 10]
    quantities = ["test_accuracy", "train_cost", "train_delta_norm"]
    race, to_90, final = {}, {}, {}
    for pair in each(FOUR_PAIRS, "slow_start"):
        race[pair], to_90[pair], final[pair] = {}, [], []
        for scale in scales:
            histories = [
                ex.train_on_digits(seed, pair=pair, output_scale=scale, **race_settings)[2]
                for seed in FIVE
            ]
            race[pair][str(scale)] = {q: [history[q] for history in histories] for q in quantities}
        for rate in rates:
            curves = [
                ex.train_on_digits(seed, lr=rate, pair=pair, **grid_settings)[2]["test_accuracy"]
                for seed in FIVE
            ]
            to_90[pair].append([ex.epochs_to(curve, 0.9) for curve in curves])
            final[pair].append([curve[-1] for curve in curves])
    best = {pair: best_rate(rates, rows) for pair, rows in to_90.items()}

    wrong_rates, wrong_final, tuned = [0.003, 0.01, 0.03, 0.1, 0.3, 1], {}, {}
    for pair in each(FOUR_PAIRS, "slow_start, own rates"):

        def curves_at(rate, scale, pair=pair):
            how = {"pair": pair, "output_scale": scale, "lr": rate, "epochs": 40}
            return [ex.train_on_digits(seed, **how)[2]["test_accuracy"] for seed in FIVE]

        wrong = [curves_at(rate, 30) for rate in wrong_rates]
        wrong_final[pair] = [[curve[-1] for curve in curves] for curves in wrong]
        at = int(np.mean(wrong_final[pair], axis=1).argmax())
        tuned[pair] = {
            "1": {"lr": best[pair], "test_accuracy": curves_at(best[pair], 1)},
            "30": {"lr": wrong_rates[at], "test_accuracy": wrong[at]},
        }
    return (
        FIVE,
        {
            "race": race_settings,
            "rates": grid_settings,
            "wrong_rates": {"epochs": 40, "output_scale": 30},
            "batch_size": 32,
        },
        {
            "pairs": FOUR_PAIRS,
            "output_scales": scales,
            "race": race,
            "rates": rates,
            "epochs_to_90": to_90,
            "final_accuracy": final,
            "best_rate": best,
            "wrong_rates": wrong_rates,
            "wrong_final_accuracy": wrong_final,
            "tuned_race": tuned,
        },
    )


def best_rate(rates, rows):
    """The rate whose seeds all get there, and soonest on average."""
    arrived = [
        (np.mean(row), rate) for rate, row in zip(rates, rows, strict=True) if None not in row
    ]
    return min(arrived)[1]


def optimisers():
    """Momentum and Adam beside plain gradient descent, from a good and from a wrong start."""
    usual = {
        "sgd": [0.03, 0.1, 0.3, 1, 3, 10],
        "momentum": [0.003, 0.01, 0.03, 0.1, 0.3, 1],
        "adam": [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1],
    }
    wrong = {name: [round(rate / 10, 4) for rate in rates] for name, rates in usual.items()}
    wrong["sgd"] += [3, 10]
    wrong["adam"] = usual["adam"]
    good, bad = {}, {}
    for name in ex.OPTIMISERS:
        good[name], bad[name] = {}, {}
        for pair in each(FOUR_PAIRS, f"optimisers, {name}"):
            how = {"pair": pair, "optimiser": name}
            curves = [
                [ex.optimised_race(seed, **how, lr=rate, epochs=40)[0] for seed in FIVE]
                for rate in usual[name]
            ]
            good[name][pair] = {
                "epochs_to_90": [[ex.epochs_to(curve, 0.9) for curve in row] for row in curves],
                "after_40": [[curve[40] for curve in row] for row in curves],
            }
            how |= {"output_scale": 30, "epochs": 200}
            ends = [
                [ex.optimised_race(seed, **how, lr=rate) for seed in FIVE] for rate in wrong[name]
            ]
            bad[name][pair] = {
                "after_40": [[curve[40] for curve, *_ in row] for row in ends],
                "after_200": [[curve[200] for curve, *_ in row] for row in ends],
                "stuck": [[stuck for _, stuck, _ in row] for row in ends],
                "lost": [[lost for *_, lost in row] for row in ends],
            }
    settings = {
        "usual_start": {"epochs": 40},
        "wrong_start": {"epochs": 200, "output_scale": 30},
        "batch_size": 32,
        "momentum": 0.9,
        "adam": {"beta_1": 0.9, "beta_2": 0.999},
    }
    results = {"pairs": FOUR_PAIRS, "rates": {"usual_start": usual, "wrong_start": wrong}}
    return FIVE, settings, results | {"usual_start": good, "wrong_start": bad}


def saturated_hidden():
    """Softmax with log-likelihood on top of hidden neurons that start saturated."""
    settings, scales = {"lr": 0.3, "epochs": 20}, [1, 3, 10, 30, 100]
    runs = [
        [ex.saturated_hidden(seed, scale, **settings) for seed in FIVE]
        for scale in each(scales, "saturated_hidden")
    ]
    results = {"hidden_scales": scales}
    for i, quantity in enumerate(["test_accuracy", "moved"]):
        results[quantity] = [[run[i] for run in row] for row in runs]
    slopes = [[ex.hidden_slopes(seed, scale, **settings) for seed in FIVE] for scale in scales]
    results["slope_before"], results["slope_after"] = np.moveaxis(slopes, -1, 0).tolist()
    return FIVE, settings | {"batch_size": 32}, results


def clipping():
    """Clipping the probability before the log, after a confidently wrong start."""
    settings, floors = {"lr": 0.03, "epochs": 40, "output_scale": 30}, [1e-3, 1e-7, 1e-15, 0]
    accuracy, dead = [], []
    for floor in each(floors, "clipping"):
        pair = ex.clipped_nll(floor) if floor else "softmax+nll"
        runs = [ex.train_on_digits(seed, pair=pair, **settings) for seed in TEN]
        accuracy.append([history["test_accuracy"][-1] for *_, history in runs])
        dead.append([dead_share(seed, floor, settings["output_scale"]) for seed in TEN])
    return (
        TEN,
        settings | {"batch_size": 32},
        {
            "floors": floors,
            "final_accuracy": accuracy,
            "dead_at_start": dead,
        },
    )


def dead_share(seed, floor, output_scale):
    """Share of the training digits whose correct class starts at or below the floor."""
    digits = load_digits(seed)
    a = Network((64, 30, 10), output_scale=output_scale, seed=seed).predict_proba(digits.x_train)
    return np.mean(a[np.arange(len(a)), digits.y_train] <= floor)


def double_softmax():
    """Softmax applied once and twice: both train, one of them slowly unless its rate is raised."""
    settings, results = {"lr": 0.3, "epochs": 60}, {}
    for name, pair in {"once": "softmax+nll", "twice": "double-softmax+nll"}.items():
        runs = []
        for seed in each(FIVE, f"double_softmax, {name}"):
            digits, net, history = ex.train_on_digits(seed, pair=pair, **settings)
            z = net.logits(digits.x_test)
            seen = z if name == "once" else softmax(z)
            loss = softmax_loss(seen, digits.y_test, reduction="none")
            curve = history["test_accuracy"]
            runs.append(
                {
                    "test_accuracy": curve,
                    "train_cost": history["train_cost"],
                    "epochs_to_90": ex.epochs_to(curve, 0.9),
                    "epochs_to_95": ex.epochs_to(curve, 0.95),
                    "final_accuracy": curve[-1],
                    "loss_range": [loss.min(), loss.max()],
                }
            )
        results[name] = per_seed(runs)

    rates, results["rates"] = [0.3, 1, 3, 10], {}
    for rate in each(rates, "double_softmax, rates of twice"):
        how = settings | {"pair": "double-softmax+nll", "lr": rate}
        curves = [ex.train_on_digits(seed, **how)[2]["test_accuracy"] for seed in FIVE]
        results["rates"][str(rate)] = {
            "epochs_to_95": [ex.epochs_to(curve, 0.95) for curve in curves],
            "final_accuracy": [curve[-1] for curve in curves],
        }

    results["batches_of_10"] = {}
    for name, pair in {"once": "softmax+nll", "twice": "double-softmax+nll"}.items():
        runs = [ex.smaller_batches(seed, pair, lr=0.3, epochs=20) for seed in FIVE]
        results["batches_of_10"][name] = {"epochs_to_90": [ex.epochs_to(c, 0.9) for c in runs]}
    return FIVE, settings | {"batch_size": 32}, results


def first_loss():
    """The first loss by how the weights begin, with one softmax and with two; and with a leak."""
    networks, seeds = [(64, 30, 10), (64, 128, 128, 10)], list(range(200))
    losses = {}
    for sizes in networks:
        of_network = losses["-".join(map(str, sizes))] = {}
        for start in each(beginnings.STARTS, "first_loss"):
            found = [beginnings.first_losses(seed, start, sizes) for seed in seeds]
            of_network[start] = dict(zip(("once", "twice"), np.transpose(found), strict=True))
    leak = np.transpose([beginnings.with_leaking_labels(seed) for seed in seeds])
    results = {"losses": losses, "leak": {"leaking": leak[0], "plain": leak[1]}}
    return seeds, {"networks": networks, "hidden": "tanh"}, results


def calibration():
    """An overtrained network's probabilities before and after one temperature."""
    settings = {"noise": 5.0, "hidden": 100, "epochs": 4000, "lr": 0.2}
    runs = [ex.calibration(seed, **settings) for seed in each(TEN, "calibration")]
    z, labels = runs[0][1]
    results = per_seed([result for result, _ in runs])
    results["example"] = {"z": z[:500].round(3), "labels": labels[:500], "T": results["T"][0]}
    more = {"n_train": 200, "n_validation": 500, "batch_size": 200, "activation": "relu"}
    return TEN, settings | more, results


def digits_gallery():
    """Test digits that a network reads surely, hesitantly and wrongly; sums of ten sigmoids."""
    digits, net, history = ex.train_on_digits(0, lr=0.3, epochs=40)
    z, labels = net.logits(digits.x_test), digits.y_test
    a = softmax(z)
    ranked, right = np.sort(a, axis=1), a.argmax(axis=1) == labels
    surest = np.argsort(-ranked[:, -1])  # the largest probability first
    closest = np.argsort(ranked[:, -1] - ranked[:, -2])  # the smallest lead first
    one_of_each = [next(i for i in surest if right[i] and labels[i] == k) for k in range(10)]
    chosen = {
        "confident": one_of_each,
        "torn": [i for i in closest if right[i]][:8],
        "wrong": [i for i in surest if not right[i]][:8],
    }
    results = {"test_accuracy": history["test_accuracy"][-1]} | {
        group: [
            {
                "index": digits.index_test[i],
                "label": labels[i],
                "predicted": a[i].argmax(),
                "z": z[i],
                "a": a[i],
            }
            for i in places
        ]
        for group, places in chosen.items()
    }
    runs = [ex.sums_of_sigmoids(seed) for seed in each(FIVE, "digits_gallery")]
    results["sums_of_sigmoids"] = {
        "example": np.sort(runs[0][0]).round(4),
        "least": [sums.min() for sums, _ in runs],
        "largest": [sums.max() for sums, _ in runs],
        "within_a_tenth_of_1": [np.mean(np.abs(sums - 1) <= 0.1) for sums, _ in runs],
        "accuracy": [accuracy for _, accuracy in runs],
    }
    settings = {
        "gallery": {"sizes": [64, 30, 10], "lr": 0.3, "epochs": 40, "seed": 0},
        "sums_of_sigmoids": {"sizes": [64, 10], "noise": 4.0, "lr": 0.3, "epochs": 40},
    }
    return FIVE, settings, results


def draw_digit():
    """The network that reads a drawn digit in the page, with ten sigmoids on its hidden layer."""
    settings = {"epochs": 1000, "lr": 0.1, "head_epochs": 200}
    digits, net, head = ex.train_to_read(seed=0, **settings)
    for layers in (net, head):
        layers.W = {l: significant(W, 3) for l, W in layers.W.items()}
        layers.b = {l: significant(b, 3) for l, b in layers.b.items()}
    hidden = ex.hidden_of(net)
    drawn = ex.jitter(digits.x_test, np.random.default_rng(1))

    def output_layer(W, b, predict):
        return {
            "W": W,
            "b": b,
            "test_accuracy": np.mean(predict(digits.x_test) == digits.y_test),
            "jittered_accuracy": np.mean(predict(drawn) == digits.y_test),
        }

    results = {
        "hidden": {"W": net.W[1], "b": net.b[1]},
        "softmax": output_layer(net.W[2], net.b[2], net.predict),
        "sigmoid": output_layer(head.W[1], head.b[1], lambda x: head.predict(hidden(x))),
        "samples": samples_to_load(digits, net.logits(digits.x_test)),
    }
    return [0], settings | {"batch_size": 16, "sizes": [64, 30, 10], "hidden": "tanh"}, results


def samples_to_load(digits, z):
    """Six test digits: the surest 0, 3 and 7, the two most torn of the right, the surest wrong."""
    a, labels = softmax(z), digits.y_test
    ranked, right = np.sort(a, axis=1), a.argmax(axis=1) == labels
    surest = np.argsort(-ranked[:, -1])
    closest = np.argsort(ranked[:, -1] - ranked[:, -2])
    places = [next(i for i in surest if right[i] and labels[i] == k) for k in (0, 3, 7)]
    places += [i for i in closest if right[i]][:2] + [i for i in surest if not right[i]][:1]
    return [
        {"label": labels[i], "pixels": np.rint(16 * digits.x_test[i]).astype(int)} for i in places
    ]


def one_vs_rest():
    """What ranks one class against the rest: logits, probabilities or margins?"""
    settings = {"shift_sd": 10.0}
    runs = [ex.one_vs_rest(seed, **settings) for seed in each(TEN, "one_vs_rest")]
    z, labels = runs[0][1]
    results = per_seed([result for result, _ in runs])
    results["example"] = {"z": z.round(3), "labels": labels}
    return TEN, settings | {"sizes": [64, 10], "lr": 0.5, "epochs": 30}, results


def auc_intervals():
    """How far an AUC can be trusted: two intervals, on digits and where the truth is known."""
    runs = [areas.auc_of_eights(seed) for seed in each(TEN, "auc_intervals")]
    results, simulated = per_seed(runs), {"P": 47, "N": 453, "sets": 200, "draws": 400}
    results["coverage"] = {}
    for distance in (1.0, 2.1, 4.0):
        sets = [areas.coverage(seed, distance, 47, 453) for seed in each(FIVE, "coverage")]
        results["coverage"][str(distance)] = per_seed(sets)
    settings = {"noise": 4.0, "sizes": [64, 10], "lr": 0.5, "epochs": 30, "draws": 1000}
    return TEN, settings | {"coverage": simulated | {"seeds": FIVE}}, results


def binary_saturation():
    """The AUC that saturated probabilities lose."""
    settings = {"n_train": 100, "C": 1e6}
    runs = [ex.binary_saturation(seed, **settings) for seed in each(TEN, "binary_saturation")]
    return TEN, settings | {"task": "at least 5"}, per_seed(runs)


def multilabel():
    """Three attributes of a digit: independent sigmoids, and what a softmax makes of them."""
    settings = {"lr": 0.3, "epochs": 60}
    runs = [ex.multilabel(seed, **settings) for seed in each(FIVE, "multilabel")]
    results = {"attributes": ex.ATTRIBUTES} | per_seed(runs)
    return FIVE, settings | {"sizes": [64, 30, 3]}, results


def novel_digits():
    """Digits of classes never seen: which score tells them from the known?"""
    runs = [rare.novel_digits(seed) for seed in each(TEN, "novel_digits")]
    z, labels = runs[0][1]
    results = per_seed([result for result, _ in runs])
    pairs, few = list(itertools.combinations(range(10), 2)), TEN[:3]
    by_pair = [
        per_seed([rare.novel_pair(seed, pair) for seed in few])
        for pair in each(pairs, "novel_digits, all pairs")
    ]
    results |= {"pairs": pairs, "pairs_auc": per_seed(by_pair)}
    results["example"] = {"z": z.round(3), "labels": labels}
    settings = {"sizes": [64, 30, 8], "lr": 0.3, "epochs": 40, "common_sd": 1.0, "batch_size": 32}
    return TEN, settings | {"seeds_of_pairs": len(few)}, results


def vocabulary_cost():
    """Peak memory and time of the loss over a vocabulary, in full and in chunks."""
    settings = {"N": 512, "V": 8192, "d": 64, "chunk": 2048}
    sizes = {
        "by_words": [("V", V) for V in (2048, 4096, 8192, 16384, 32768, 65536)],
        "by_tokens": [("N", N) for N in (64, 128, 256, 512, 1024, 2048)],
    }
    results = {}
    for name, choices in sizes.items():
        runs = [
            per_seed([vocabulary.cost(seed, **settings | {key: size}) for seed in FIVE])
            for key, size in each(choices, f"vocabulary_cost, {name}")
        ]
        results[name] = {"size": [size for _, size in choices]} | per_seed(runs)
    return FIVE, settings | {"dtype": "float64"}, results


def sampled_softmax():
    """Next-word distributions learned with sampled softmax, with and without its correction."""
    settings = {"V": 1000, "contexts": 10, "m": 50, "steps": 4000, "batch": 100, "lr": 20.0}
    results = {
        how: per_seed(
            [
                vocabulary.sampled_training(seed, how, **settings)
                for seed in each(FIVE, f"sampled_softmax, {how}")
            ]
        )
        for how in ("full", "corrected", "uncorrected")
    }
    few = {"m": 5, "lr": [2.0, 5.0, 20.0]}
    for how, what in (("corrected", "as_is"), ("uncorrected", "plus_log_q")):
        few[how] = [
            [
                vocabulary.sampled_training(seed, how, **settings | {"m": few["m"], "lr": lr})[what]
                for seed in FIVE
            ]
            for lr in each(few["lr"], f"sampled_softmax, few samples, {how}")
        ]
    results["few"] = few
    log_q = np.log(vocabulary.zipf(settings["V"]))
    for seed in FIVE:
        log_p = vocabulary.truth(seed, settings["V"], settings["contexts"])
        for name, z in (("unigram", log_q + 0 * log_p), ("ratio", log_p - log_q)):
            results.setdefault(name, []).append(vocabulary.divergence(z, log_p))
    return FIVE, settings, results


def imbalance():
    """Rare classes, 1 in 20: plain, weighted, focal, and logits adjusted after or in the loss."""
    settings, rates = {"noise": 4.0, "gamma": 2.0}, {40: [0.03, 0.1, 0.3], 200: [0.1]}
    results = {
        epochs: {
            lr: per_seed(
                [
                    rare.imbalance(s, lr=lr, epochs=epochs, **settings)
                    for s in each(TEN, f"imbalance, {epochs} epochs at {lr}")
                ]
            )
            for lr in rates[epochs]
        }
        for epochs in rates
    }
    more = {"sizes": [64, 30, 10], "keep": 0.05, "batch_size": 32}
    return TEN, settings | more, {"answers": list(results[40][0.1])} | results


def conformal():
    """Conformal sets of noisy digits: coverage, size, by class, and under another noise."""
    settings = {"noise": 4.0, "n": 300, "epochs": 200, "lr": 0.1}
    grid = {"alphas": [0.01, 0.02, 0.05, 0.1, 0.2, 0.3], "strengths": [4, 5, 6, 7, 8]}
    runs = [rare.conformal(seed, **grid, **settings) for seed in each(TEN, "conformal")]
    results = grid | per_seed([result for result, _ in runs])
    z_calibration, calibration, z_test, labels = runs[0][1]
    results["example"] = {
        "z_calibration": z_calibration.round(2),
        "labels_calibration": calibration,
        "z_test": z_test[:300].round(2),
        "labels_test": labels[:300],
    }
    return TEN, settings | {"sizes": [64, 30, 10], "batch_size": 32}, results


def distillation():
    """A student that sees few digits and learns from a teacher's softened answers."""
    settings = {"temperatures": [1, 2, 5, 20], "lr": 0.1, "epochs": 200}
    results = {
        str(n): per_seed(
            [choosing.distillation(seed, n, **settings) for seed in each(TEN, f"{n} digits")]
        )
        for n in (50, 100)
    }
    teacher = {"sizes": [64, 100, 10], "lr": 0.3, "epochs": 40}
    more = {"sizes": [64, 30, 10], "batch_size": 10, "teacher": teacher}
    return TEN, settings | more, results


RUNS = {
    run.__name__: run
    for run in (
        slow_start,
        optimisers,
        saturated_hidden,
        clipping,
        double_softmax,
        first_loss,
        calibration,
        digits_gallery,
        draw_digit,
        one_vs_rest,
        auc_intervals,
        binary_saturation,
        multilabel,
        novel_digits,
        vocabulary_cost,
        sampled_softmax,
        imbalance,
        conformal,
        distillation,
    )
}


def significant(array, digits):
    """Each number of an array rounded to so many significant digits."""
    return np.vectorize(lambda x: float(f"{x:.{digits}g}"), otypes=[float])(array)


def plain(value):
    """What JSON can hold: lists, ints, and floats of 6 significant digits."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(item) for item in value]
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(f"{value:.6g}")
    return value


def to_json(record):
    """Indented JSON with each innermost list on a line of its own."""
    text = json.dumps(record, indent=1, allow_nan=False, ensure_ascii=False)
    return re.sub(r"\[[^][{}]*\]", lambda m: re.sub(r"\s+", " ", m[0]), text) + "\n"


def cpu():
    """The processor's name and its architecture."""
    name = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        name = next(line.split(": ")[1] for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return f"{name}, {platform.machine()}"


def main(names):
    """Train, and write a file for each of these runs, or for all."""
    for name in names or RUNS:
        start = time.perf_counter()
        seeds, settings, results = RUNS[name]()
        record = {
            "name": name,
            "about": RUNS[name].__doc__,
            "settings": settings,
            "seeds": seeds,
            "versions": {
                "python": ".".join(platform.python_version_tuple()[:2]),
                "numpy": np.__version__,
                "scikit-learn": sklearn.__version__,
            },
            "cpu": cpu(),
            "results": results,
        }
        FOLDER.mkdir(exist_ok=True)
        text = to_json(plain(record))
        (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")
        seconds = time.perf_counter() - start
        print(f"{name}: {len(text) / 1000:.0f} kB in {seconds:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "names", nargs="*", metavar="run", help=f"of {', '.join(RUNS)}; default all"
    )
    names = parser.parse_args().names
    if unknown := set(names) - set(RUNS):
        parser.error(f"no run {', '.join(sorted(unknown))}: choose from {', '.join(RUNS)}")
    main(names)
