"""Problem set 1, *Softmax and floats*: wrong answers, and right ones in other styles."""

from . import Right, Wrong

EVERY_SOFTMAX = (
    "softmax-values softmax-axis softmax-large softmax-mask "
    "temperature-values temperature-limits digits-confidence"
)
SHIFTED = "e = np.exp(z - z.max(axis=axis, keepdims=True))"

WRONG = [
    Wrong(
        "unshifted softmax",
        "softmax",
        SHIFTED,
        "e = np.exp(z)",
        "softmax-large temperature-limits digits-confidence",
    ),
    Wrong(
        "shift by the minimum",
        "softmax",
        "z.max(axis=axis, keepdims=True)",
        "z.min(axis=axis, keepdims=True)",
        "softmax-large softmax-mask temperature-limits digits-confidence",
    ),
    Wrong(
        "shift by the maximum, or by 0 if that is larger",
        "softmax",
        "z.max(axis=axis, keepdims=True)",
        "z.max(axis=axis, keepdims=True, initial=0)",
        "softmax-large digits-confidence",
    ),
    Wrong(
        "remembers the first answer for each shape",
        "softmax",
        "return e / e.sum(axis=axis, keepdims=True)",
        "return _seen.setdefault((z.shape, axis), e / e.sum(axis=axis, keepdims=True))\n\n\n"
        "_seen = {}",
        "softmax-large softmax-mask temperature-values temperature-limits digits-confidence",
    ),
    Wrong(
        "shift by the mean",
        "softmax",
        "z.max(axis=axis, keepdims=True)",
        "z.mean(axis=axis, keepdims=True)",
        "softmax-large softmax-mask temperature-limits digits-confidence",
    ),
    Wrong(
        "shift by the maximum of the whole array",
        "softmax",
        "z.max(axis=axis, keepdims=True)",
        "z.max()",
        "softmax-large digits-confidence",
    ),
    Wrong(
        "shift by the maximum along axis 0",
        "softmax",
        "z.max(axis=axis, keepdims=True)",
        "z.max(axis=0, keepdims=True)",
        "softmax-values softmax-axis softmax-large temperature-values digits-confidence",
    ),
    Wrong(
        "normalised over the whole array",
        "softmax",
        "e.sum(axis=axis, keepdims=True)",
        "e.sum()",
        "softmax-values softmax-axis softmax-large digits-confidence",
    ),
    Wrong(
        "always the last axis",
        "softmax",
        "dtype=float)\n    e = np.exp(z - z.max(axis=axis",
        "dtype=float)\n    axis = -1\n    e = np.exp(z - z.max(axis=axis",
        "softmax-axis softmax-large temperature-values",
    ),
    Wrong(
        "always axis 0",
        "softmax",
        "dtype=float)\n    e = np.exp(z - z.max(axis=axis",
        "dtype=float)\n    axis = 0\n    e = np.exp(z - z.max(axis=axis",
        "softmax-values softmax-axis softmax-large temperature-values digits-confidence",
    ),
    Wrong(
        "powers of 2",
        "softmax",
        "np.exp(z - z.max",
        "np.exp2(z - z.max",
        "softmax-values softmax-axis softmax-large "
        "temperature-values temperature-limits digits-confidence",
    ),
    Wrong(
        "shares of the logits, not of their exponentials",
        "softmax",
        SHIFTED,
        "e = z - z.min(axis=axis, keepdims=True)",
        EVERY_SOFTMAX,
    ),
    Wrong(
        "exponentials divided by the largest",
        "softmax",
        "e / e.sum(axis=axis, keepdims=True)",
        "e / e.max(axis=axis, keepdims=True)",
        EVERY_SOFTMAX,
    ),
    Wrong(
        "masked classes turned into nan",
        "softmax",
        "return e / e.sum(axis=axis, keepdims=True)",
        "return np.where(np.isinf(z), np.nan, e / e.sum(axis=axis, keepdims=True))",
        "softmax-mask",
    ),
    Wrong(
        "probabilities rounded to three places",
        "softmax",
        "return e / e.sum(axis=axis, keepdims=True)",
        "return np.round(e / e.sum(axis=axis, keepdims=True), 3)",
        "softmax-axis softmax-large temperature-values temperature-limits digits-confidence",
    ),
    Wrong(
        "works on the argument in place",
        "softmax",
        SHIFTED,
        "z -= z.max(axis=axis, keepdims=True)\n    e = np.exp(z)",
        "softmax-mask",
    ),
    Wrong(
        "unshifted log-sum-exp",
        "logsumexp",
        "np.squeeze(top, axis=axis) + np.log(total)",
        "np.log(np.exp(z).sum(axis=axis))",
        "lse-shift margin-saturated",
    ),
    Wrong(
        "shift not added back",
        "logsumexp",
        "np.squeeze(top, axis=axis) + np.log(total)",
        "np.log(total)",
        "lse-values lse-shift lse-axis margin-values margin-saturated half-number",
    ),
    Wrong(
        "logarithm to base 2",
        "logsumexp",
        "np.log(total)",
        "np.log2(total)",
        "lse-values lse-shift lse-axis margin-values margin-saturated half-number",
    ),
    Wrong(
        "log-mean-exp",
        "logsumexp",
        ".sum(axis=axis)",
        ".mean(axis=axis)",
        "lse-values lse-shift lse-axis margin-values margin-saturated half-number",
    ),
    Wrong(
        "the maximum in place of log-sum-exp",
        "logsumexp",
        " + np.log(total)",
        "",
        "lse-values lse-shift lse-axis margin-values margin-saturated half-number",
    ),
    Wrong(
        "summed axis kept",
        "logsumexp",
        "np.squeeze(top, axis=axis) + np.log(total)",
        "np.expand_dims(np.squeeze(top, axis=axis) + np.log(total), axis)",
        "lse-values lse-shift lse-axis margin-values margin-saturated half-number",
    ),
    Wrong(
        "margin against the sum of all classes",
        "margin",
        "np.delete(z, k, axis=1)",
        "z",
        "margin-values margin-saturated",
    ),
    Wrong(
        "margin against the best of the others",
        "margin",
        "logsumexp(np.delete(z, k, axis=1), axis=1)",
        "np.delete(z, k, axis=1).max(axis=1)",
        "margin-values margin-saturated",
    ),
    Wrong(
        "margin from the rounded probability",
        "margin",
        "return z - np.stack(others, axis=1)",
        "a = softmax(z)\n    return np.log(a / (1 - a))",
        "margin-saturated",
    ),
    Wrong(
        "margin from a clipped probability",
        "margin",
        "return z - np.stack(others, axis=1)",
        "a = np.clip(softmax(z), 1e-15, 1 - 1e-15)\n    return np.log(a / (1 - a))",
        "margin-saturated",
    ),
    Wrong(
        "logits times the temperature",
        "tempered",
        "dtype=float) / T",
        "dtype=float) * T",
        "temperature-values temperature-limits digits-confidence",
    ),
    Wrong(
        "probabilities divided by the temperature",
        "tempered",
        "softmax(np.asarray(z, dtype=float) / T, axis=axis)",
        "softmax(z, axis=axis) / T",
        "temperature-values temperature-limits digits-confidence",
    ),
    Wrong(
        "no temperature below a thousandth",
        "tempered",
        "dtype=float) / T",
        "dtype=float) / max(T, 1e-3)",
        "temperature-limits",
    ),
    Wrong(
        "softmax twice",
        "tempered",
        "softmax(np.asarray(z, dtype=float) / T, axis=axis)",
        "softmax(softmax(z, axis=axis) / T, axis=axis)",
        "temperature-values temperature-limits digits-confidence",
    ),
    Wrong(
        "float16 computed in float64",
        "saturation",
        "np.array([d, 0.0], dtype=dtype)",
        "np.array([d, 0.0])",
        "saturation-types",
    ),
    Wrong(
        "where the other output becomes 0",
        "saturation",
        "return e[0] / e.sum()",
        "return 1 - e[1] / e.sum()",
        "saturation-types",
    ),
    Wrong(
        "squared distance without the half",
        "digits",
        "-0.5 * (",
        "-1.0 * (",
        "digits-logits digits-confidence",
    ),
    Wrong(
        "nearest is farthest: sign lost",
        "digits",
        "-0.5 * (",
        "0.5 * (",
        "digits-logits digits-confidence",
    ),
    Wrong(
        "mean of all probabilities as confidence",
        "digits",
        ".max(axis=1).mean() for",
        ".mean() for",
        "digits-confidence",
    ),
    Wrong(
        "half-point at the largest fixed logit",
        "half",
        "logsumexp(np.array([2.5, -1.0, 3.2]))",
        "3.2",
        "half-number",
    ),
    Wrong(
        "half-point with two digits behind the point, as the chapter prints it",
        "half",
        "logsumexp(np.array([2.5, -1.0, 3.2]))",
        "3.61",
        "half-number",
    ),
    Wrong(
        "half-point in an array of one",
        "half",
        "np.array([2.5, -1.0, 3.2])",
        "np.array([[2.5, -1.0, 3.2]])",
        "half-number",
    ),
    Wrong(
        "log-sum-exp shifted by the maximum of the whole array",
        "logsumexp",
        "top = z.max(axis=axis, keepdims=True)",
        "top = z.max(axis=axis, keepdims=True) * 0 + z.max()",
        "lse-shift margin-saturated",
    ),
    Wrong(
        "uniform, and the argument emptied so that a later formula agrees",
        "softmax",
        SHIFTED,
        "z[...] = 0\n    e = np.exp(z)",
        EVERY_SOFTMAX,
    ),
    Wrong(
        "an epsilon in the denominator",
        "softmax",
        "return e / e.sum(axis=axis, keepdims=True)",
        "return e / (e.sum(axis=axis, keepdims=True) + 1e-6)",
        "softmax-values softmax-large",
    ),
    Wrong(
        "never above 1 - 1e-7",
        "softmax",
        "return e / e.sum(axis=axis, keepdims=True)",
        "return np.minimum(e / e.sum(axis=axis, keepdims=True), 1 - 1e-7)",
        "softmax-values softmax-large",
    ),
    Wrong(
        "log-odds of the probability wherever they are finite",
        "margin",
        "return z - np.stack(others, axis=1)",
        """a = softmax(z, axis=1)
    with np.errstate(divide="ignore"):
        odds = np.log(a) - np.log1p(-a)
    return np.where(np.isfinite(odds), odds, z - np.stack(others, axis=1))""",
        "margin-saturated",
    ),
    Wrong(
        "to one decimal",
        "saturation",
        "return high",
        "return round(high, 1)",
        "saturation-types",
    ),
    Wrong(
        "the first four classes as rivals",
        "margin",
        "np.delete(z, k, axis=1)",
        "np.delete(z[:, :4], k, axis=1) if k < 4 else z[:, :4]",
        "margin-values",
    ),
    Wrong(
        "the class itself put to -1000, which is not always below the others",
        "margin",
        "np.delete(z, k, axis=1)",
        "np.where(np.arange(z.shape[1]) == k, -1000.0, z)",
        "margin-saturated",
    ),
    Wrong(
        "half-point rounded to five decimals",
        "half",
        "logsumexp(np.array([2.5, -1.0, 3.2]))",
        "3.61316",
        "half-number",
    ),
    Wrong(
        "exponents shifted along the last axis, the maximum added back along another",
        "logsumexp",
        "np.exp(z - top)",
        "np.exp(z - z.max(axis=-1, keepdims=True))",
        "lse-axis lse-shift",
    ),
    Wrong(
        "axes left swapped",
        "logsumexp",
        "z = np.asarray(z, dtype=float)",
        "z = np.swapaxes(np.asarray(z, dtype=float), axis, -1)\n    axis = -1",
        "lse-axis",
    ),
    Wrong(
        "equal logits wherever the axis is not the last",
        "logsumexp",
        "return np.squeeze(top, axis=axis) + np.log(total)",
        "if axis not in (-1, z.ndim - 1):\n"
        "        return np.full(total.shape, np.log(z.shape[axis]))\n"
        "    return np.squeeze(top, axis=axis) + np.log(total)",
        "lse-axis lse-shift",
    ),
    Wrong(
        "every axis of length one squeezed",
        "logsumexp",
        "return np.squeeze(top, axis=axis) + np.log(total)",
        "return np.squeeze(np.squeeze(top, axis=axis) + np.log(total))",
        "lse-axis margin-values margin-saturated",
    ),
    Wrong(
        "the maximum taken off along the last axis alone",
        "softmax",
        "e = np.exp(z - z.max(axis=axis, keepdims=True))",
        "e = np.exp(z - z.max(axis=axis, keepdims=True) if axis in (-1, z.ndim - 1) else z)",
        "softmax-large",
    ),
    Wrong(
        "one maximum for all rows where the axis is not the last",
        "logsumexp",
        "top = z.max(axis=axis, keepdims=True)",
        "top = z.max(axis=axis if axis in (-1, z.ndim - 1) else None, keepdims=True)\n"
        "    top = np.broadcast_to(top, z.max(axis=axis, keepdims=True).shape)",
        "lse-shift",
    ),
    Wrong(
        "the two decimals cut and not rounded",
        "saturation",
        "return high",
        "return np.floor(100 * high - 0.5) / 100",
        "saturation-types",
    ),
]

RIGHT = [
    Right(
        "loops",
        {
            "softmax": """
import math

def softmax(z, axis=-1):
    z = np.asarray(z, dtype=float)
    result = np.empty(z.shape)
    moved, target = np.moveaxis(z, axis, -1), np.moveaxis(result, axis, -1)
    for place in np.ndindex(moved.shape[:-1]):
        row = [float(value) for value in moved[place]]
        top = max(row)
        exponentials = [math.exp(value - top) for value in row]
        total = math.fsum(exponentials)
        for k, value in enumerate(exponentials):
            target[place + (k,)] = value / total
    return result
""",
            "margin": """
def margin(z):
    result = np.zeros(z.shape)
    for n in range(z.shape[0]):
        for k in range(z.shape[1]):
            others = [z[n, j] for j in range(z.shape[1]) if j != k]
            top = max(others)
            result[n, k] = z[n, k] - top - np.log(sum(np.exp(o - top) for o in others))
    return result
""",
            "digits": """
temperatures = [1.0, 3.0, 10.0, 30.0, 50.0, 100.0, 300.0, 1000.0]
z_test = np.zeros((597, 10))
for k in range(10):
    centre = X_train[labels_train == k].mean(axis=0)
    for n in range(597):
        z_test[n, k] = -0.5 * sum((X_test[n] - centre) ** 2)
accuracy = sum(int(np.argmax(z_test[n]) == labels_test[n]) for n in range(597)) / 597
confidences = []
for T in temperatures:
    confidences.append(float(np.mean([max(tempered(row, T)) for row in z_test])))
best_temperature = 50.0
""",
        },
    ),
    Right(
        "lists for results",
        {
            "logsumexp": """
def logsumexp(z, axis=-1):
    top = np.max(z, axis=axis, keepdims=True)
    total = np.log(np.sum(np.exp(z - top), axis=axis, keepdims=True)) + top
    return np.squeeze(total, axis=axis).tolist()
""",
            "digits": """
temperatures = [1.0, 3.0, 10.0, 30.0, 50.0, 100.0, 300.0, 1000.0]
means = [X_train[labels_train == k].mean(axis=0) for k in range(10)]
z_test = [[-0.5 * sum((x - mean) ** 2) for mean in means] for x in X_test]
accuracy = float(np.mean(np.argmax(z_test, axis=1) == labels_test))
confidences = [float(np.mean(np.max(tempered(z_test, T), axis=1))) for T in temperatures]
best_temperature = 50
""",
            "half": "half_point = float(np.log(sum(np.exp(v) for v in (2.5, -1, 3.2))))",
        },
    ),
    Right(
        "through the logarithm",
        {
            "softmax": """
def logsumexp_keeping(z, axis):
    top = np.max(z, axis=axis, keepdims=True)
    return top + np.log(np.sum(np.exp(z - top), axis=axis, keepdims=True))

def softmax(z, axis=-1):
    z = np.array(z, dtype=np.float64)
    return np.exp(z - logsumexp_keeping(z, axis))
""",
            "logsumexp": """
def logsumexp(z, axis=-1):
    return logsumexp_keeping(z, axis).squeeze(axis)
""",
            "margin": """
def margin(z):
    K = z.shape[1]
    table = np.where(np.eye(K, dtype=bool), -np.inf, z[:, None, :])
    return z - logsumexp(table)
""",
        },
    ),
    Right(
        "float32",
        {
            "softmax": """
def softmax(z, axis=-1):
    z = np.asarray(z, dtype=np.float32)
    e = np.exp(z - np.amax(z, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)
""",
            "logsumexp": """
def logsumexp(z, axis=-1):
    z = np.asarray(z, dtype=np.float32)
    top = np.amax(z, axis=axis)
    return top + np.log(np.sum(np.exp(z - np.expand_dims(top, axis)), axis=axis))
""",
        },
    ),
    Right(
        "SciPy and einsum",
        {
            "softmax": """
from scipy.special import softmax as scipy_softmax

def softmax(z, axis=-1):
    return scipy_softmax(np.asarray(z, dtype=float), axis=axis)
""",
            "digits": """
%matplotlib inline
temperatures = [1.0, 3.0, 10.0, 30.0, 50.0, 100.0, 300.0, 1000.0]
membership = np.eye(10)[labels_train]
means = np.einsum("nk,nd->kd", membership, X_train) / membership.sum(axis=0)[:, None]
away = X_test[:, None] - means
z_test = -np.einsum("nkd,nkd->nk", away, away) / 2
accuracy = (z_test.argmax(1) == labels_test).mean()
confidences = np.array([tempered(z_test, T).max(1).mean() for T in temperatures])
best_temperature = temperatures[abs(confidences - accuracy).argmin()]
""",
        },
    ),
    Right(
        "IPython's own lines",
        {
            "softmax": """
%matplotlib inline
import asyncio
import matplotlib.pyplot as plt

def softmax(z, axis=-1):
    z = np.asarray(z, dtype=float)
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    share = (e
             / e.sum(axis=axis, keepdims=True))
    return share

await asyncio.sleep(0)
np.exp?
remainder = (7
    % (4))
assert remainder == 3
""",
            "half": """
%time half_point = logsumexp(np.array([2.5, -1.0, 3.2]))
listing = !echo several words
assert listing == ["several words"]
display(half_point)
plt.plot([half_point])
plt.show()
""",
        },
    ),
    Right(
        "objects, a magic for the cell, and work in place on a copy",
        {
            "softmax": """
%%time
from dataclasses import dataclass
from functools import wraps
from IPython.display import Markdown, display

def on_a_copy(function):
    @wraps(function)
    def wrapped(z, *arguments, **named):
        return function(np.array(z, dtype=float), *arguments, **named)
    return wrapped

@dataclass(frozen=True)
class Softmax:
    name: str = "softmax"

    def __call__(self, z, axis=-1):
        return self.compute(z, axis)

    @staticmethod
    @on_a_copy
    def compute(z, axis):
        z -= z.max(axis, keepdims=True)
        np.exp(z, out=z)
        z /= z.sum(axis, keepdims=True)
        return z

softmax = Softmax()
display(Markdown("*done*"))
""",
            "tempered": "tempered = lambda z, T, axis=-1: softmax(np.divide(z, T), axis)",
            "half": """
async def search():
    low, high = 0.0, 10.0
    for _ in range(60):
        z = (low + high) / 2
        low, high = (z, high) if softmax([2.5, -1.0, 3.2, z])[3] < 0.5 else (low, z)
    return low
half_point = await search()
""",
        },
    ),
    Right(
        "masked arrays and long doubles",
        {
            "logsumexp": """
def logsumexp(z, axis=-1):
    return np.logaddexp.reduce(np.asarray(z, dtype=np.longdouble), axis=axis)
""",
            "margin": """
def margin(z):
    K = np.shape(z)[1]
    others = np.ma.array(np.repeat(z[:, None], K, axis=1), mask=np.tile(np.eye(K), (len(z), 1, 1)))
    top = others.max(axis=2, keepdims=True)
    lse = np.log(np.exp(others - top).sum(axis=2)) + top[..., 0]
    return z - np.ma.getdata(lse)
""",
        },
    ),
]
