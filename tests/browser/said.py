"""What each widget says, by the place where it stands, with the numbers that Python computes.

A function for each widget, of its name. It takes the Python widget twice: as it was when its
question was answered, with the guess that the page offers, and as it is now.
"""

import itertools
import math

import numpy as np

from softmax_book.widgets.sampling import CUTS, TOKENS
from softmax_src import logsumexp, softmax
from softmax_src.neuron import descend
from softmax_src.vocabulary import SIZES

ANSWER, LIVE, VERDICT = ".sx-answer", ".sx-live", "[data-verdict]"
LABELS = ".sx-axes > .sx-label"
RUNNERS = {
    "softmax+nll": "softmax + log-likelihood",
    "sigmoid+cross-entropy": "sigmoids + cross-entropy",
    "softmax+quadratic": "softmax + quadratic",
    "sigmoid+quadratic": "sigmoids + quadratic",
}
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def fixed(x, digits=3):
    """Return a number, or several with commas between, with a minus sign that is one."""
    return ", ".join(f"{number:.{digits}f}".replace("-", "−") for number in np.ravel(x))


def significant(x, digits=3):
    """Return a number in so many digits, with a power of ten where it is small."""
    if abs(x) >= 1e-3:
        return f"{x:#.{digits}g}".rstrip(".").replace("-", "−")
    mantissa, power = f"{x:.{digits - 1}e}".replace("-", "−").split("e−")
    return f"{mantissa}×10⁻{power.lstrip('0').translate(RAISED)}"


def off(guess, truth, digits):
    """Return by how much a guess is wrong, and on which side."""
    return f"{fixed(abs(guess - truth), digits)} too {'low' if guess < truth else 'high'}"


def conformal_sets(then, now):
    p, found = np.reshape(then.p, (len(then.labels), -1)), now.numbers()
    right, sizes = np.mean(p.argmax(axis=1) == then.labels), then.sets()[1].sum(axis=1)
    sets = [np.flatnonzero(now.sets()[1][i]) for i in now.shown]
    labels = np.take(now.labels, now.shown)
    return {
        ".sx-predict label": f"The network is right on {100 * right:.0f} of 100 digits. We ask for "
        f"a coverage of 70 per cent only, α = {then.alpha:g}. How many of 100 sets will be empty?",
        ANSWER: f"You said 0. It is {100 * np.mean(sizes == 0):.0f}, and the others hold one class "
        f"each or more: {fixed(sizes.mean(), 2)} on average over all. Now move α.",
        ".sx-note": f"Bold: the right class. Numbers: over {len(p)} test digits, with "
        f"{len(now.scores)} others to calibrate.",
        ".sx-set": [
            ("".join(map(str, one)) or "∅") + ("" if k in one else f"not {k}")
            for one, k in zip(sets, labels, strict=True)
        ],
        LIVE: f"Alpha {now.alpha:.2f}: coverage {fixed(found['coverage'])}, mean size "
        f"{fixed(found['size'], 2)}, empty sets {100 * found['empty']:.0f} in 100.",
    }


def delta_bars(then, now):
    delta, total = now.gradient(), sum(now.numbers()["y"])
    cost = np.dot(now.numbers()["y"], logsumexp(now.z) - np.array(now.z))
    said = (
        f"Cost C = {fixed(cost)}, sum of the logits {fixed(sum(now.z), 2)}. The target sums to "
        f"{total}, so δ = {total}·a − y, and a − y is not the gradient of this cost."
    )
    truth = then.gradient()[1]
    return {
        ANSWER: f"δ₂ = {fixed(truth, 2)}. Your guess was {off(0, truth, 2)}.",
        VERDICT: said,
        ".sx-table th[scope=row]": ["a, prediction", "y, target", "δ = ∂C/∂z", "a − y"],
        LIVE: f"Gradient {fixed(delta, 2)}. {said}",
    }


def draw_digit(then, now):
    (a, s), (b, t) = then.outputs(), now.outputs()
    return {
        ANSWER: f"You said 0.10; it is {fixed(a.max(), 2)}, for the digit {a.argmax()}. The "
        "softmax outputs share a total of 1, so they cannot all be small. The sigmoids can be, "
        f"and here they sum to {fixed(s.sum(), 2)}.",
        ".sx-answers thead th": ["digit", "softmax", "ten sigmoids"],
        ".sx-answers tfoot td": [fixed(b.sum()), fixed(t.sum())],
        LIVE: f"Softmax: {b.argmax()}, {fixed(b.max(), 2)}. Largest sigmoid: {t.argmax()}, "
        f"{fixed(t.max(), 2)}; the sigmoids sum to {fixed(t.sum(), 2)}.",
    }


def fit_temperature(then, now):
    fitted = type(now)(now.z, now.labels, now.T_fitted, T=now.T_fitted).numbers()
    mine, moved = then.numbers(), now.numbers()
    return {
        ANSWER: f"By eye you chose T = {then.T:.2f}: NLL {fixed(mine['nll'])}, ECE "
        f"{fixed(mine['ece'])}. Fitted on other digits, T = {now.T_fitted:.2f}: NLL "
        f"{fixed(fitted['nll'])}, ECE {fixed(fitted['ece'])}. Now try other values of T.",
        LABELS: ["confidence", "share that is right", "NLL", "temperature T", "ECE"],
        ".sx-numbers th[scope=row]": ["accuracy", "mean confidence", "NLL", "ECE"],
        LIVE: f"At T = {now.T:.2f} the mean confidence is {fixed(moved['confidence'])} and the "
        f"accuracy {fixed(moved['accuracy'])}, NLL {fixed(moved['nll'])}, ECE "
        f"{fixed(moved['ece'])}.",
    }


def float_inspector(then, now):
    bits = {"float16": 11, "float32": 24, "float64": 53}[then.dtype]
    certain, found = bits * math.log(2), now.numbers()
    whole = {"float16": 3, "float32": 7, "float64": 16}[now.dtype]
    names = [
        "naive: −log(exp z / Σ exp z)",
        "shifted softmax, then −log",
        "log-sum-exp",
        "log1p of the rest",
    ]

    def said(key, exact, digits):
        return (
            f"{found[key]:g}, exact value {significant(found[exact])}, "
            f"{math.floor(found[digits])} of {whole} digits"
        )

    return {
        ANSWER: f"In {then.dtype}, {bits} binary digits: from {bits} log 2 = {fixed(certain, 2)} "
        "on, 1 + exp(−margin) rounds to 1, so the probability is 1 and the loss 0. Your guess was "
        f"{off(60, certain, 1)}.",
        ".fi-name": names,
        ".sx-option": ["float16", "float32", "float64", *names],
        LABELS: [
            "margin (right and surer to the right)",
            f"correct digits, 0 to {whole} in each row",
        ],
        ".sx-note": "loss gradient",
        LIVE: f"{now.dtype}, margin {significant(now.margin)}: loss "
        f"{said('loss', 'exact', 'digits')}; gradient "
        f"{said('gradient', 'exact_gradient', 'gradient_digits')}.",
    }


def four_outputs(then, now):
    half, a = then.numbers()["half"], softmax(now.z, temperature=now.T)
    shares = a[:3] / a[:3].sum()
    return {
        ANSWER: f"At z₄ = {fixed(half, 2)}; the largest of the other three is "
        f"{fixed(max(then.z[:3]), 1)}. Your guess was {off(0, half, 1)}.",
        ".sx-note": [
            f"the layer sees {fixed(np.add(now.z, now.shift), 1)}",
            "The first three outputs relative to each other: " + fixed(shares).replace(", ", " : "),
        ],
        LIVE: f"Outputs {fixed(a)}; the first three relative to each other: {fixed(shares)}.",
    }


def logit_memory(then, now):
    def memory(gb):
        return f"{significant(1000 * gb)} MB" if gb < 0.1 else f"{significant(gb)} GB"

    first, found = then.numbers(), now.numbers()
    full, chunked = found["full_gb"], found["chunked_gb"]
    return {
        ANSWER: f"You said 1.0 GB. It is 2 × {then.tokens} × {then.vocabulary:,} × "
        f"{SIZES[then.dtype]} bytes = {fixed(first['full_gb'], 1)} GB, against "
        f"{memory(first['chunked_gb'])} in chunks of {then.chunk} words.",
        ".lm-values span": [
            f"all at once {memory(full)}",
            f"in chunks {memory(chunked)}",
            f"ratio {significant(full / chunked)}",
        ],
        LIVE: f"{now.tokens} tokens, {now.vocabulary} words, {now.dtype}: {memory(full)} in full, "
        f"{memory(chunked)} in chunks of {now.chunk}.",
    }


def lost_key(then, now):
    found = now.numbers()
    weight = now.weights([now.n])[0]
    return {
        ANSWER: f"You said 512. It is {then.loses_at()}. Now change the cosine and the size, and "
        "take the division away.",
        LABELS: ["number of distractors", "weight"],
        ".lk-readout > span": [
            f"● key {fixed(now.key(), 2)}",
            f"┆ rivals together {fixed(found['rivals'], 2)}",
            f"weight of the key {fixed(weight)}",
        ],
        LIVE: f"Beside {now.n} of the distractors the key has the weight {fixed(weight, 2)}.",
    }


def pair_race(then, now):
    raced, lanes = then.numbers(), now.races[f"{now.start}/{now.rates}"]
    first = {pair: math.inf if n == "never" else n for pair, n in raced["epochs_to_90"].items()}
    rank = {  # the earlier the better; if neither gets there, the higher at the end
        pair: (first[pair], -raced["final"][pair] if math.isinf(first[pair]) else 0)
        for pair in RUNNERS
    }
    ends = [
        f"{RUNNERS[pair]} never (ends at {raced['final'][pair]:.2f})"
        if math.isinf(first[pair])
        else f"{RUNNERS[pair]} after {first[pair]} epochs"
        for pair in sorted(RUNNERS, key=rank.get)
    ]
    right = sum(rank[p] <= rank[q] for p, q in itertools.combinations(RUNNERS, 2))
    at = [f"{RUNNERS[p]} {fixed(lanes[p]['accuracy'][0][now.epoch], 2)}" for p in RUNNERS]
    return {
        ANSWER: f"At 90 %: {', '.join(ends)}. You had {right} of the 6 pairs of runners in the "
        "right order.",
        ".sx-lane > span:first-child": [
            f"{name} (rate {lanes[pair]['lr']})" for pair, name in RUNNERS.items()
        ],
        LIVE: f"Epoch {now.epoch}: {', '.join(at)}.",
    }


def rank_strip(then, now):
    k, own, first, found = now.k, sum(now.positive), then.numbers(), now.numbers()
    return {
        ANSWER: f"You said 0.98. It falls to {fixed(first['auc_z'])}, and the probabilities' stays "
        f"at {fixed(first['auc_a'])}. Now change the size, then let the adversary choose the "
        "shift.",
        ".sx-aucs > span": [
            f"AUC of a{k} {fixed(found['auc_a'])}",
            f"AUC of z{k} + c {fixed(found['auc_z'])}",
        ],
        ".sx-strip-row p": [f"in the order of a{k}", f"in the order of z{k} + c"],
        ".sx-note >> nth=-1": f"Above each line are the {own} pictures of the digit {k}, below it "
        f"the {len(now.positive) - own} others.",
        LIVE: f"Shift {now.kind}, size {fixed(now.size, 1)}: AUC of the probability "
        f"{fixed(found['auc_a'])}, of the logit {fixed(found['auc_z'])}.",
    }


def sampling(then, now):
    a, drawn, by = softmax(now.z, temperature=now.T), now.drawn(), now.cut_by()
    n, counts = np.count_nonzero(drawn), {cut: by.count(cut) for cut in CUTS if cut in by}
    survivors = f"{n} of 8 tokens can be drawn"
    who = ", ".join(f"{cut} took {count}" for cut, count in counts.items())
    return {
        ANSWER: f"{then.numbers()['survivors']}, not 6. What took the others out stands beside "
        "them.",
        ".sx-sampling-row": [
            f"{token}{cut}{fixed(p)} → {'out' if cut else fixed(q)}"
            for token, cut, p, q in zip(TOKENS, by, a, drawn, strict=True)
        ],
        VERDICT: f"{survivors}: {who}. The kept mass, by which each probability is divided, is "
        f"{fixed(a[drawn > 0].sum())}.",
        LIVE: f"{survivors}, {TOKENS[drawn.argmax()]} with probability {fixed(drawn.max(), 2)}; "
        f"{who}.",
    }


def simplex_heatmap(then, now):
    a, (_, smaller, larger) = softmax(now.z), now.numbers()["eigenvalues"]
    return {
        ANSWER: "One half, at the middles of the sides (crosses), where two classes share "
        "everything and the third has nothing. Your guess was too low. At the centre it is only "
        "one third.",
        ".simplex-values tr": [
            f"outputs{fixed(a)}",
            f"λ2{fixed(smaller, 4)}",
            f"λ3{fixed(larger, 4)}",
            f"trace λ2 + λ3{fixed(smaller + larger, 4)}",
        ],
        LIVE: f"Outputs {fixed(a, 2)}; eigenvalues 0, {fixed(smaller)} and {fixed(larger)}.",
    }


def single_neuron(then, now):
    path = descend(now.weight, now.bias, now.cost, now.lr)
    a, gradient = path.a[now.step], path.gradient[now.step]
    return {
        ANSWER: f"After {then.numbers()['half']} steps. You guessed 20.",
        ".sx-swatch": ["quadratic", "cross-entropy", "stall: output above 0.9"],
        ".sn-facts > span": [
            f"step {now.step}",
            f"output a = {fixed(a)}",
            f"slope σ′(z) = {significant(a * (1 - a), 2)}",
            f"gradient ∂C/∂w = {significant(gradient, 2)}",
            f"stall: {now.numbers()['stall']} steps",
        ],
        LIVE: f"Step {now.step}, {now.cost}: output {fixed(a)}, gradient "
        f"{significant(gradient, 2)}.",
    }


def threshold_roc(then, now):
    k, own, total = now.k, sum(now.positive), len(now.positive)
    first, found = then.numbers(), now.numbers()
    tp, fp = found["tp"], found["fp"]
    precision = fixed(tp / (tp + fp))
    share = 100 * first["tp"] / (first["tp"] + first["fp"])
    return {
        ANSWER: f"You said 10. At the threshold {fixed(then.t, 2)} we find {first['tp']} of {own}, "
        f"with {first['fp']} false alarms: of the pictures called {k}, {share:.0f} % are right.",
        ".sx-both": f"Called positive: m{k} ≥ {fixed(now.t, 2)}, which says the same as a{k} ≥ "
        f"{significant(found['a'])}.",
        ".sx-counts th": [f"called {k}", f"not called {k}", f"is {k}", f"is not {k}"],
        ".sx-counts td.sx-value": [str(found[key]) for key in ("tp", "fn", "fp", "tn")],
        ".sx-sentence": f"True-positive rate (recall) {fixed(tp / own)}, false-positive rate "
        f"{fixed(fp / (total - own))}, precision {precision}.",
        LIVE: f"Threshold {fixed(now.t, 2)}: {tp} found, {fp} false alarms, precision {precision}.",
    }
