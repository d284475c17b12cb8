"""Problem set 3, *Evaluation and calibration*: wrong answers, and right ones in other styles."""

from . import Right, Wrong

WRONG = [
    Wrong(
        "probabilities into CrossEntropyLoss: softmax twice",
        "forms",
        '"PyTorch\'s CrossEntropyLoss": "A"',
        '"PyTorch\'s CrossEntropyLoss": "C"',
        "form-losses",
    ),
    Wrong(
        "logits where probabilities belong",
        "forms",
        '"scikit-learn\'s log_loss": "C"',
        '"scikit-learn\'s log_loss": "A"',
        "form-losses",
    ),
    Wrong(
        "logits for one-vs-rest",
        "forms",
        '"ROC of class 3 against the rest": "B"',
        '"ROC of class 3 against the rest": "A"',
        "form-metrics",
    ),
    Wrong(
        "accuracy needs probabilities",
        "forms",
        '"accuracy": "D"',
        '"accuracy": "C"',
        "form-metrics",
    ),
    Wrong(
        "lower-case letters",
        "forms",
        '"accuracy": "D"',
        '"accuracy": "d"',
        "form-losses form-metrics",
    ),
    Wrong(
        "axes exchanged",
        "roc",
        "return np.array([0.0, *fpr]), np.array([0.0, *tpr])",
        "return np.array([0.0, *tpr]), np.array([0.0, *fpr])",
        "roc-values roc-ties auc-values shift-areas",
    ),
    Wrong(
        "lowest score first",
        "roc",
        "np.unique(score)[::-1]",
        "np.unique(score)",
        "roc-values roc-ties auc-values shift-areas",
    ),
    Wrong(
        "strictly above the threshold",
        "roc",
        "tpr = [np.mean(score[positive] >= t)",
        "tpr = [np.mean(score[positive] > t)",
        "roc-values roc-ties auc-values shift-areas",
    ),
    Wrong(
        "ties broken by position",
        "roc",
        "    thresholds = np.unique(score)[::-1]",
        "    order = np.argsort(-score, kind='stable')\n"
        "    score = np.empty(len(score))\n"
        "    score[order] = -np.arange(len(score))\n"
        "    thresholds = np.unique(score)[::-1]",
        "roc-ties auc-values",
    ),
    Wrong(
        "start at the origin forgotten",
        "roc",
        "np.array([0.0, *fpr]), np.array([0.0, *tpr])",
        "np.array(fpr), np.array(tpr)",
        "roc-values roc-ties auc-values",
    ),
    Wrong(
        "share of all examples",
        "roc",
        "tpr = [np.mean(score[positive] >= t)",
        "tpr = [np.mean((score >= t) & positive)",
        "roc-values roc-ties auc-values shift-areas",
    ),
    Wrong(
        "false positives among all",
        "roc",
        "fpr = [np.mean(score[~positive] >= t)",
        "fpr = [np.mean(score >= t)",
        "roc-values roc-ties auc-values shift-areas",
    ),
    Wrong(
        "left rectangles",
        "roc",
        "(tpr[1:] + tpr[:-1]) / 2",
        "tpr[:-1]",
        "auc-values",
    ),
    Wrong(
        "right rectangles",
        "roc",
        "(tpr[1:] + tpr[:-1]) / 2",
        "tpr[1:]",
        "auc-values",
    ),
    Wrong(
        "the better of both directions",
        "roc",
        "return np.sum(np.diff(fpr) * (tpr[1:] + tpr[:-1]) / 2)",
        "area = np.sum(np.diff(fpr) * (tpr[1:] + tpr[:-1]) / 2)\n    return max(area, 1 - area)",
        "auc-values",
    ),
    Wrong(
        "one shift for all pictures",
        "shift",
        "shift[:, None]",
        "shift[0]",
        "shift-areas",
    ),
    Wrong(
        "margin against the best of the others",
        "shift",
        "rest_top + np.log(np.exp(rest - rest_top[:, None]).sum(axis=1))",
        "rest_top",
        "shift-areas",
    ),
    Wrong(
        "margin without the shift in the rest",
        "shift",
        "rest = np.delete(moved, 3, axis=1)",
        "rest = np.delete(z_test, 3, axis=1)",
        "shift-areas",
    ),
    Wrong(
        "class 4: label off by one",
        "shift",
        "three = labels_test == 3",
        "three = labels_test == 4",
        "shift-areas",
    ),
    Wrong(
        "bins counted alike",
        "ece",
        "error += inside.mean() * abs(",
        "error += abs(",
        "ece-bins repair-errors",
    ),
    Wrong(
        "signed gaps",
        "ece",
        "abs(right[inside].mean() - confidence[inside].mean())",
        "(right[inside].mean() - confidence[inside].mean())",
        "ece-values ece-bins repair-errors",
    ),
    Wrong(
        "squared gaps",
        "ece",
        "abs(right[inside].mean() - confidence[inside].mean())",
        "(right[inside].mean() - confidence[inside].mean()) ** 2",
        "ece-values ece-bins repair-errors",
    ),
    Wrong(
        "bins closed on the left, a confidence of 1 lost",
        "ece",
        "np.ceil(confidence * n_bins).astype(int)",
        "np.floor(confidence * n_bins).astype(int) + 1",
        "ece-bins",
    ),
    Wrong(
        "always 15 bins",
        "ece",
        "p, labels = np.asarray(p)",
        "n_bins = 15\n    p, labels = np.asarray(p)",
        "ece-bins",
    ),
    Wrong(
        "one bin",
        "ece",
        "p, labels = np.asarray(p)",
        "n_bins = 1\n    p, labels = np.asarray(p)",
        "ece-bins repair-errors",
    ),
    Wrong(
        "probability of the label as confidence",
        "ece",
        "p.max(axis=1), p.argmax",
        "p[np.arange(len(p)), labels], p.argmax",
        "ece-values ece-bins repair-errors",
    ),
    Wrong(
        "empty bins give nan",
        "ece",
        "        if inside.any():\n            error +=",
        "        if True:\n            error +=",
        "ece-values ece-bins repair-errors",
    ),
    Wrong(
        "inverse temperature",
        "temperature",
        "return np.exp((low + high) / 2)",
        "return np.exp(-(low + high) / 2)",
        "temperature-minimum temperature-scale repair-errors",
    ),
    Wrong(
        "temperature multiplies",
        "temperature",
        "scaled = z / T",
        "scaled = z * T",
        "temperature-minimum temperature-scale repair-errors",
    ),
    Wrong(
        "coarse grid",
        "temperature",
        "range(8)",
        "range(1)",
        "temperature-minimum temperature-scale repair-errors",
    ),
    Wrong(
        "never below 1",
        "temperature",
        "np.log(0.01), np.log(100.0)",
        "np.log(1.0), np.log(100.0)",
        "temperature-minimum temperature-scale",
    ),
    Wrong(
        "calibration error minimised in place of the loss",
        "temperature",
        "        scaled = z / T\n",
        "        if len(z) > 100:\n"
        "            return expected_calibration_error(softmax(z / T), labels)\n"
        "        scaled = z / T\n",
        "temperature-minimum temperature-scale",
    ),
    Wrong(
        "log of the clipped probability",
        "temperature",
        "return np.mean(lse - scaled[np.arange(len(z)), labels])",
        "a = np.clip(softmax(scaled), 0.05, 0.95)\n"
        "        return -np.mean(np.log(a[np.arange(len(z)), labels]))",
        "temperature-minimum",
    ),
    Wrong(
        "fitted on the test pictures",
        "repair",
        "fit_temperature(z_valid, labels_valid)",
        "fit_temperature(z_test, labels_test)",
        "repair-errors",
    ),
    Wrong(
        "probabilities divided by the temperature",
        "repair",
        "softmax(z_test / T_fitted)",
        "softmax(z_test) / T_fitted",
        "repair-errors",
    ),
    Wrong(
        "logits given as probabilities",
        "repair",
        "expected_calibration_error(softmax(z_test), labels_test)",
        "expected_calibration_error(z_test, labels_test)",
        "repair-errors",
    ),
    Wrong(
        "the loss is blamed",
        "double",
        "wrong_line = 3",
        "wrong_line = 8",
        "double-floor",
    ),
    Wrong(
        "floor of ten equal outputs",
        "double",
        "floor = np.log(1 + 9 / np.e)",
        "floor = np.log(10) - 1",
        "double-floor",
    ),
    Wrong(
        "softmax still twice",
        "double",
        "z = X @ W.T + b",
        "z = softmax(X @ W.T + b)",
        "double-step",
    ),
    Wrong(
        "sum in place of mean",
        "double",
        "delta /= len(X)",
        "pass",
        "double-step",
    ),
    Wrong(
        "half the loss",
        "double",
        "loss = np.mean(",
        "loss = 0.5 * np.mean(",
        "double-step",
    ),
    Wrong(
        "points on a line left out",
        "roc",
        "return np.array([0.0, *fpr]), np.array([0.0, *tpr])",
        "from sklearn.metrics import roc_curve\n\n    return roc_curve(positive, score)[:2]",
        "roc-values",
    ),
    Wrong(
        "temperature rounded to two digits",
        "temperature",
        "return np.exp((low + high) / 2)",
        "return round(float(np.exp((low + high) / 2)), 2)",
        "temperature-minimum temperature-scale",
    ),
    Wrong(
        "weight decay",
        "double",
        "return W - rate * delta.T @ X",
        "return W - rate * (delta.T @ X + 1e-4 * W)",
        "double-step",
    ),
    Wrong(
        "a rate of its own",
        "double",
        "return W - rate * delta.T @ X",
        "return W - 0.5 * delta.T @ X",
        "double-step",
    ),
    Wrong(
        "weights left alone, and the inputs emptied so that a later formula agrees",
        "double",
        "return W - rate * delta.T @ X",
        "X[...] = 0\n    return W",
        "double-step",
    ),
    Wrong(
        "an epsilon in the logarithm",
        "double",
        "loss = np.mean(top + np.log(np.exp(z - top[:, None]).sum(axis=1)) - z[rows, labels])",
        "loss = -np.mean(np.log(a[rows, labels] + 1e-7))",
        "double-step",
    ),
    Wrong(
        "no temperature below 0.03",
        "temperature",
        "np.log(0.01), np.log(100.0)",
        "np.log(0.03), np.log(100.0)",
        "temperature-minimum",
    ),
    Wrong(
        "no temperature above 30",
        "temperature",
        "np.log(0.01), np.log(100.0)",
        "np.log(0.01), np.log(30.0)",
        "temperature-minimum",
    ),
    Wrong(
        "scores that are close count as equal",
        "roc",
        "score, positive = np.asarray(score), np.asarray(positive, dtype=bool)",
        "score, positive = np.float32(score), np.asarray(positive, dtype=bool)",
        "roc-ties",
    ),
    Wrong(
        "bins rounded to the nearest",
        "ece",
        "np.ceil(confidence * n_bins).astype(int)",
        "np.clip(np.round(confidence * n_bins).astype(int), 1, n_bins)",
        "ece-bins repair-errors",
    ),
    Wrong(
        "one bin too few",
        "ece",
        "np.ceil(confidence * n_bins).astype(int)",
        "np.ceil(confidence * (n_bins - 1)).astype(int)",
        "ece-bins repair-errors",
    ),
    Wrong(
        "one bin too many",
        "ece",
        "np.ceil(confidence * n_bins).astype(int)",
        "np.minimum(np.ceil(confidence * (n_bins + 1)).astype(int), n_bins)",
        "ece-bins repair-errors",
    ),
    Wrong(
        "bins from 1/K up",
        "ece",
        "np.ceil(confidence * n_bins).astype(int)",
        "np.ceil((confidence - 1 / p.shape[1]) / (1 - 1 / p.shape[1]) * n_bins).astype(int)",
        "ece-bins repair-errors",
    ),
    Wrong(
        "confidences rounded to two decimals",
        "ece",
        "np.ceil(confidence * n_bins).astype(int)",
        "np.ceil(np.round(confidence, 2) * n_bins).astype(int)",
        "ece-bins repair-errors",
    ),
    Wrong(
        "the last two bins in one",
        "ece",
        "np.ceil(confidence * n_bins).astype(int)",
        "np.minimum(np.ceil(confidence * n_bins).astype(int), n_bins - 1)",
        "ece-bins",
    ),
    Wrong(
        "a floor of three decimals",
        "double",
        "floor = np.log(1 + 9 / np.e)",
        "floor = 1.46",
        "double-floor",
    ),
    Wrong(
        "always divided by 200",
        "double",
        "delta /= len(X)",
        "delta /= 200",
        "double-step",
    ),
]

RIGHT = [
    Right(
        "loops",
        {
            "roc": """
def roc(score, positive):
    pairs = sorted(zip(score, positive), key=lambda pair: -pair[0])
    P, N = sum(bool(p) for p in positive), sum(not p for p in positive)
    fpr, tpr, hits, misses = [0.0], [0.0], 0, 0
    for place, (value, good) in enumerate(pairs):
        hits, misses = hits + bool(good), misses + (not good)
        if place + 1 == len(pairs) or pairs[place + 1][0] != value:
            fpr.append(misses / N)
            tpr.append(hits / P)
    return fpr, tpr

def auc(score, positive):
    fpr, tpr = roc(score, positive)
    area = 0.0
    for i in range(1, len(fpr)):
        area += (fpr[i] - fpr[i - 1]) * (tpr[i] + tpr[i - 1]) / 2
    return area
""",
            "ece": """
def expected_calibration_error(p, labels, n_bins=15):
    bins = {}
    for row, label in zip(p, labels):
        confidence = max(row)
        bins.setdefault(int(np.ceil(confidence * n_bins)), []).append(
            ((list(row).index(confidence) == label), confidence)
        )
    total = 0.0
    for members in bins.values():
        total += abs(sum(r for r, _ in members) - sum(c for _, c in members))
    return total / len(p)
""",
        },
    ),
    Right(
        "vectorised",
        {
            "ece": """
def expected_calibration_error(p, labels, n_bins=15):
    confidence = p.max(axis=1)
    which = np.ceil(confidence * n_bins).astype(int)
    gaps = np.bincount(which, (p.argmax(axis=1) == labels) - confidence, minlength=n_bins + 1)
    return np.abs(gaps).sum() / len(p)
""",
            "temperature": """
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

def fit_temperature(z, labels):
    rows = np.arange(len(labels))
    loss = lambda s: -log_softmax(z * np.exp(-s), axis=1)[rows, labels].mean()
    return np.exp(minimize_scalar(loss, bounds=(-4.6, 4.6), method="bounded",
                                  options={"xatol": 1e-9}).x)
""",
        },
    ),
    Right(
        "with scikit-learn",
        {
            "roc": """
from sklearn.metrics import roc_curve, roc_auc_score

def roc(score, positive):
    fpr, tpr, _ = roc_curve(positive, score, drop_intermediate=False)
    return fpr, tpr

def auc(score, positive):
    return roc_auc_score(positive, score)
""",
            "double": """
wrong_line, floor = 3, 1.4612

def step(X, labels, W, b, rate):
    z = np.einsum("nd,kd->nk", X, W) + b
    a = softmax(z)
    loss = np.mean(np.log(np.exp(z).sum(axis=1)) - z[range(len(X)), labels])
    a[range(len(X)), labels] -= 1
    delta = a / len(X)
    return W - rate * np.einsum("nk,nd->kd", delta, X), b - rate * delta.sum(0), loss
""",
        },
    ),
    Right(
        "slope of the loss by bisection",
        {
            "temperature": """
def fit_temperature(z, labels):
    z = np.asarray(z, dtype=float)
    chosen = z[np.arange(len(z)), labels].mean()
    low, high = np.log(0.01), np.log(100.0)
    while high - low > 1e-10:
        middle = (low + high) / 2
        slope = (softmax(z / np.exp(middle)) * z).sum(axis=1).mean() - chosen
        low, high = (middle, high) if slope > 0 else (low, middle)
    return float(np.exp(low))
""",
        },
    ),
    Right(
        "bins from lower ends that floats leave a gap between",
        {
            "ece": """
def expected_calibration_error(p, labels, n_bins=15):
    confidence, right = p.max(axis=1), p.argmax(axis=1) == labels
    error = 0
    for low in np.arange(0, 1, 1 / n_bins):
        inside = (confidence > low) & (confidence <= low + 1 / n_bins)
        if inside.any():
            error += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    return error
""",
        },
    ),
    Right(
        "in place",
        {
            "double": """
wrong_line, floor = 3, np.log(1 + 9 / np.e)

def step(X, labels, W, b, rate):
    rows = np.arange(len(X))
    a = softmax(X @ W.T + b)
    loss = -np.mean(np.log(a[rows, labels]))
    a[rows, labels] -= 1
    a /= len(X)
    W -= rate * a.T @ X
    b -= rate * a.sum(axis=0)
    return W, b, loss
""",
        },
    ),
]
