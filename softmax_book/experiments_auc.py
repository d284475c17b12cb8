"""Chapter 6: how far an AUC can be trusted, and which AUC of many classes is meant."""

import numpy as np

from softmax_book.experiments import train_on_digits
from softmax_book.metrics import roc_auc_score
from softmax_src.activations import one_vs_rest_margin, softmax


def pair_table(positive, negative):
    """(P, N) numbers: 1 where the positive is ahead, ½ at a tie; their mean is the AUC."""
    ahead = positive[:, None] > negative
    return ahead + 0.5 * (positive[:, None] == negative)


def hanley_mcneil(auc, P, N):
    """The standard error of an AUC from P positives and N negatives (Hanley and McNeil 1982)."""
    two_positives = auc / (2 - auc)  # P(both of two positives are ahead of one negative)
    two_negatives = 2 * auc**2 / (1 + auc)  # P(one positive is ahead of both of two negatives)
    variance = auc * (1 - auc)
    variance += (P - 1) * (two_positives - auc**2)
    variance += (N - 1) * (two_negatives - auc**2)
    return np.sqrt(variance / (P * N))


def bootstrap(table, rng, draws=1000):
    """AUCs of redrawn test sets: positives and negatives drawn again with replacement, (draws,)."""
    P, N = table.shape
    of_positives = rng.multinomial(P, np.full(P, 1 / P), size=draws)  # how often each was drawn
    of_negatives = rng.multinomial(N, np.full(N, 1 / N), size=draws)
    return np.sum((of_positives @ table) * of_negatives, axis=1) / (P * N)


def intervals(positive, negative, rng, draws=1000):
    """AUC, and two 95 % intervals: of Hanley and McNeil's error, and of the bootstrap."""
    table = pair_table(positive, negative)
    auc = table.mean()
    error = hanley_mcneil(auc, *table.shape)
    low, high = np.quantile(bootstrap(table, rng, draws), [0.025, 0.975])
    return auc, (auc - 1.96 * error, auc + 1.96 * error), (low, high)


def auc_of_eights(seed, noise=4.0):
    """Softmax regression on noisy digits: the AUC of "8", and three averages over classes."""
    digits, net, _ = train_on_digits(seed, lr=0.5, epochs=30, noise=noise, sizes=(64, 10))
    z, labels = net.logits(digits.x_test), digits.y_test
    m, eight = one_vs_rest_margin(z)[:, 8], labels == 8
    rng = np.random.default_rng(seed)
    auc, by_formula, by_bootstrap = intervals(m[eight], m[~eight], rng)
    a = softmax(z)
    averages = {
        name: roc_auc_score(labels, a, multi_class=kind, average=average)
        for name, kind, average in (
            ("macro", "ovr", "macro"),
            ("weighted", "ovr", "weighted"),
            ("micro", "ovr", "micro"),
            ("one_vs_one", "ovo", "macro"),
        )
    }
    return {
        "eights": eight.sum(),
        "auc": auc,
        "hanley_mcneil": by_formula,
        "bootstrap": by_bootstrap,
        "averages": averages,
    }


def coverage(seed, distance, P, N, sets=200, draws=400):
    """How often the two intervals hold the true AUC, and how often one reaches beyond 1.

    Positives are normal around ``distance``, negatives around 0, both with standard deviation 1, so
    the true AUC is Φ(distance/√2); here it is counted on a large sample.
    """
    rng = np.random.default_rng(seed)
    truth = np.mean(rng.normal(distance, np.sqrt(2), size=2_000_000) > 0)
    held, beyond = np.zeros(2), 0
    for _ in range(sets):
        positive, negative = rng.normal(distance, size=P), rng.normal(size=N)
        _, *both = intervals(positive, negative, rng, draws)
        held += [low <= truth <= high for low, high in both]
        beyond += both[0][1] > 1
    return {
        "hanley_mcneil": held[0] / sets,
        "bootstrap": held[1] / sets,
        "beyond_1": beyond / sets,
    }
