"""Problem set 2, *Loss and backpropagation*: wrong answers, and right ones in other styles."""

from . import Right, Wrong

LOSS = "return np.mean((top - z[rows, labels]) + np.log1p(e.sum(axis=1)))"
JVP = "return a * (v - np.sum(a * v, axis=1, keepdims=True))"
CENTRAL = "gradient[place] = (f(up) - f(down)) / (2 * step)"

WRONG = [
    Wrong(
        "sum of the losses",
        "loss",
        "return np.mean(",
        "return np.sum(",
        "loss-values loss-mean loss-far loss-tiny train-start train-digits",
    ),
    Wrong(
        "mean over the classes too",
        "loss",
        "np.log1p(e.sum(axis=1)))",
        "np.log1p(e.sum(axis=1))) / z.shape[1]",
        "loss-values loss-far loss-tiny train-start train-digits",
    ),
    Wrong(
        "logarithm to base 2",
        "loss",
        LOSS,
        LOSS + " / np.log(2)",
        "loss-values loss-far loss-tiny train-start train-digits",
    ),
    Wrong(
        "log of the probability",
        "loss",
        LOSS,
        "return -np.mean(np.log(softmax(z)[rows, labels]))",
        "loss-far loss-tiny",
    ),
    Wrong(
        "log of the clipped probability",
        "loss",
        LOSS,
        "return -np.mean(np.log(np.clip(softmax(z), 1e-15, 1 - 1e-15)[rows, labels]))",
        "loss-far loss-tiny",
    ),
    Wrong(
        "log-sum-exp without log1p",
        "loss",
        LOSS,
        "return np.mean(top + np.log(np.exp(z - top[:, None]).sum(axis=1)) - z[rows, labels])",
        "loss-tiny",
    ),
    Wrong(
        "unshifted log-sum-exp",
        "loss",
        LOSS,
        "return np.mean(np.log(np.exp(z).sum(axis=1)) - z[rows, labels])",
        "loss-far loss-tiny",
    ),
    Wrong(
        "softmax twice",
        "loss",
        "rows = np.arange(len(z))",
        "rows = np.arange(len(z))\n    z = softmax(z)",
        "loss-values loss-far loss-tiny train-digits",
    ),
    Wrong(
        "sign forgotten",
        "loss",
        LOSS,
        LOSS.replace("return ", "return -"),
        "loss-values loss-mean loss-far loss-tiny train-start train-digits",
    ),
    Wrong(
        "labels off by one",
        "loss",
        "z[rows, labels])",
        "z[rows, labels - 1])",
        "loss-values loss-far loss-tiny train-start train-digits",
    ),
    Wrong(
        "every row against every label",
        "loss",
        "(top - z[rows, labels])",
        "(top[:, None] - z[:, labels]).mean(axis=1)",
        "loss-values loss-far train-digits",
    ),
    Wrong(
        "gradient of the sum",
        "gradient",
        "return gradient / len(z)",
        "return gradient",
        "gradient-mean train-start train-step train-digits",
    ),
    Wrong(
        "mean over the classes in the gradient",
        "gradient",
        "gradient / len(z)",
        "gradient / gradient.size",
        "gradient-values gradient-mean slowdown-norms train-step train-digits",
    ),
    Wrong(
        "target minus prediction",
        "gradient",
        "return gradient / len(z)",
        "return -gradient / len(z)",
        "gradient-values gradient-mean train-start train-step train-digits",
    ),
    Wrong(
        "p(1 - p) as the derivative",
        "gradient",
        "return gradient / len(z)",
        "a = softmax(z)\n    return gradient * a * (1 - a) / len(z)",
        "gradient-values gradient-mean slowdown-norms train-step train-digits",
    ),
    Wrong(
        "gradient of the quadratic loss",
        "gradient",
        "return gradient / len(z)",
        "a = softmax(z)\n"
        "    return a * (gradient - (a * gradient).sum(axis=1, keepdims=True)) / len(z)",
        "gradient-values gradient-mean slowdown-norms train-step train-digits",
    ),
    Wrong(
        "target forgotten",
        "gradient",
        "gradient[np.arange(len(z)), labels] -= 1",
        "pass",
        "gradient-values gradient-mean slowdown-norms train-start train-step train-digits",
    ),
    Wrong(
        "target subtracted from whole columns",
        "gradient",
        "gradient[np.arange(len(z)), labels] -= 1",
        "gradient[:, labels] -= 1",
        "gradient-mean train-start train-step train-digits",
    ),
    Wrong(
        "gradient labels off by one",
        "gradient",
        "labels] -= 1",
        "labels - 1] -= 1",
        "gradient-values gradient-mean slowdown-norms train-start train-step train-digits",
    ),
    Wrong(
        "gradient at the probabilities: softmax twice",
        "gradient",
        "gradient = softmax(z)",
        "gradient = softmax(softmax(z))",
        "gradient-values gradient-mean slowdown-norms train-step train-digits",
    ),
    Wrong(
        "diagonal of the Jacobian alone",
        "jvp",
        JVP,
        "return a * (1 - a) * v",
        "jvp-values jvp-rows jvp-large slowdown-norms",
    ),
    Wrong(
        "one sum over all rows",
        "jvp",
        "np.sum(a * v, axis=1, keepdims=True)",
        "np.sum(a * v)",
        "jvp-rows",
    ),
    Wrong(
        "sum over axis 0, right for a symmetric matrix",
        "jvp",
        "np.sum(a * v, axis=1, keepdims=True)",
        "np.sum(a * v, axis=0, keepdims=True)",
        "jvp-values jvp-rows jvp-large slowdown-norms",
    ),
    Wrong(
        "mean of v without weights",
        "jvp",
        "np.sum(a * v, axis=1, keepdims=True)",
        "np.mean(v, axis=1, keepdims=True)",
        "jvp-values jvp-rows slowdown-norms",
    ),
    Wrong(
        "the whole Jacobian is built",
        "jvp",
        JVP,
        "return np.stack([(np.diag(p) - np.outer(p, p)) @ w for p, w in zip(a, v)])",
        "jvp-large",
    ),
    Wrong(
        "second factor forgotten",
        "jvp",
        JVP,
        "return v - np.sum(a * v, axis=1, keepdims=True)",
        "jvp-values jvp-rows jvp-large slowdown-norms",
    ),
    Wrong(
        "norm of the residual, not of the gradient",
        "slowdown",
        "softmax_jvp(wrong_z, softmax(wrong_z) - wrong_y)",
        "softmax(wrong_z) - wrong_y",
        "slowdown-norms",
    ),
    Wrong(
        "a norm in an array of one",
        "slowdown",
        "np.linalg.norm(softmax_loss_gradient(wrong_z, np.array([1])))",
        "np.linalg.norm(softmax_loss_gradient(wrong_z, np.array([1])), axis=1)",
        "slowdown-norms",
    ),
    Wrong(
        "the sum of squares, not its root",
        "slowdown",
        "norm_nll = np.linalg.norm(softmax_loss_gradient(wrong_z, np.array([1])))",
        "norm_nll = np.sum(softmax_loss_gradient(wrong_z, np.array([1])) ** 2)",
        "slowdown-norms",
    ),
    Wrong(
        "one-sided difference",
        "numerical",
        CENTRAL,
        "gradient[place] = (f(up) - f(np.array(x, dtype=float))) / step",
        "numerical-central",
    ),
    Wrong(
        "divided by one step",
        "numerical",
        "/ (2 * step)",
        "/ step",
        "numerical-values numerical-central",
    ),
    Wrong(
        "a step of its own",
        "numerical",
        "for place in",
        "step = 1e-5\n    for place in",
        "numerical-central",
    ),
    Wrong(
        "all coordinates moved at once",
        "numerical",
        "up[place] += step\n        down[place] -= step",
        "up += step\n        down -= step",
        "numerical-values",
    ),
    Wrong(
        "flattened result",
        "numerical",
        "return gradient",
        "return gradient.ravel()",
        "numerical-values",
    ),
    Wrong(
        "x not put back",
        "numerical",
        "up, down = np.array(x, dtype=float), np.array(x, dtype=float)",
        "up, down = x, np.array(x, dtype=float)",
        "numerical-central",
    ),
    Wrong(
        "ascent",
        "train",
        "W -= rate * delta.T @ X",
        "W += rate * delta.T @ X",
        "train-start train-step train-digits",
    ),
    Wrong(
        "bias never moves",
        "train",
        "b -= rate * delta.sum(axis=0)",
        "b = b",
        "train-step train-digits",
    ),
    Wrong(
        "mean taken twice",
        "train",
        "W -= rate * delta.T @ X",
        "W -= rate * delta.T @ X / len(X)",
        "train-step train-digits",
    ),
    Wrong(
        "losses after the step",
        "train",
        "        losses.append(softmax_loss(z, labels))\n",
        "        after = lambda: softmax_loss(X @ W.T + b, labels)\n",
        "train-start train-digits",
    ),
    Wrong(
        "random start",
        "train",
        "W, b = np.zeros((10, X.shape[1])), np.zeros(10)",
        "W, b = np.random.default_rng(0).normal(size=(10, X.shape[1])), np.zeros(10)",
        "train-start train-step train-digits",
    ),
    Wrong(
        "accuracy on the training digits",
        "train",
        "(X_test @ W_digits.T + b_digits).argmax(axis=1) == labels_test",
        "(X_train @ W_digits.T + b_digits).argmax(axis=1) == labels_train",
        "train-digits",
    ),
    Wrong(
        "an accuracy that was made up",
        "train",
        "test_accuracy = np.mean((X_test",
        "test_accuracy = 0.99 + 0 * np.mean((X_test",
        "train-digits",
    ),
    Wrong(
        "shift by the maximum of the whole array",
        "loss",
        LOSS,
        "return np.mean(z.max() + np.log(np.exp(z - z.max()).sum(axis=1)) - z[rows, labels])",
        "loss-far loss-tiny",
    ),
    Wrong(
        "uniform, and the argument emptied so that a later formula agrees",
        "gradient",
        "gradient = softmax(z)",
        "z[...] = 0\n    gradient = softmax(z)",
        "gradient-values gradient-mean slowdown-norms train-step train-digits",
    ),
    Wrong(
        "momentum",
        "train",
        "W -= rate * delta.T @ X",
        "V = delta.T @ X + (0.9 * V if losses[1:] else 0)\n        W -= rate * V",
        "train-step train-digits",
    ),
    Wrong(
        "weight decay",
        "train",
        "W -= rate * delta.T @ X",
        "W -= rate * (delta.T @ X + 1e-3 * W)",
        "train-step train-digits",
    ),
    Wrong(
        "batches where there is one batch of all",
        "train",
        "delta = softmax_loss_gradient(z, labels)",
        "delta = softmax_loss_gradient(z, labels)\n"
        "        if len(X) > 500:\n"
        "            delta[len(losses) % 2 :: 2] = 0\n"
        "            delta *= 2",
        "train-step train-digits",
    ),
    Wrong(
        "a decaying rate",
        "train",
        "W -= rate * delta.T @ X",
        "rate = rate * 0.999 if losses[1:] else rate\n        W -= rate * delta.T @ X",
        "train-step train-digits",
    ),
    Wrong(
        "a rate that decays late",
        "train",
        "W -= rate * delta.T @ X",
        "rate = rate * 0.97 if losses[50:] else rate\n        W -= rate * delta.T @ X",
        "train-digits",
    ),
    Wrong(
        "log1p only where the probability has rounded to 1",
        "loss",
        LOSS,
        """exact = softmax(z)[rows, labels] == 1
    lse = top + np.log(np.exp(z - top[:, None]).sum(axis=1)) - z[rows, labels]
    return np.mean(np.where(exact, (top - z[rows, labels]) + np.log1p(e.sum(axis=1)), lse))""",
        "loss-tiny",
    ),
    Wrong(
        "a difference in place of the product",
        "jvp",
        JVP,
        "return (softmax(z + 1e-6 * v) - softmax(z - 1e-6 * v)) / 2e-6",
        "jvp-values",
    ),
    Wrong(
        "clipped probabilities in the product",
        "jvp",
        "a = softmax(z)",
        "a = softmax(z).clip(1e-7)",
        "jvp-values",
    ),
    Wrong(
        "x put back by adding the step again",
        "numerical",
        """        up, down = np.array(x, dtype=float), np.array(x, dtype=float)
        up[place] += step
        down[place] -= step
        gradient[place] = (f(up) - f(down)) / (2 * step)""",
        """        x[place] += step
        up = f(x)
        x[place] -= 2 * step
        gradient[place] = (up - f(x)) / (2 * step)
        x[place] += step""",
        "numerical-central",
    ),
    Wrong(
        "exponents clipped at -70",
        "loss",
        "np.exp(z - top[:, None])",
        "np.exp(np.maximum(z - top[:, None], -70))",
        "loss-tiny",
    ),
    Wrong(
        "nothing for more than a thousand classes",
        "jvp",
        "    a = softmax(z)",
        "    if z.shape[1] > 1000:\n        return np.zeros(z.shape)\n    a = softmax(z)",
        "jvp-large",
    ),
    Wrong(
        "for one or two dimensions only",
        "numerical",
        "    gradient = np.zeros(np.shape(x))",
        "    if np.ndim(x) > 2:\n        return None\n    gradient = np.zeros(np.shape(x))",
        "numerical-values",
    ),
    Wrong(
        "the distance from the maximum alone, once it is large",
        "loss",
        LOSS,
        "gap = top - z[rows, labels]\n"
        "    return np.mean(np.where(gap > 40, gap, gap + np.log1p(e.sum(axis=1))))",
        "loss-far",
    ),
    Wrong(
        "one maximum for all rows, in the gradient",
        "gradient",
        "gradient = softmax(z)",
        "gradient = np.exp(z - z.max())\n    gradient /= gradient.sum(axis=1, keepdims=True)",
        "gradient-mean",
    ),
    Wrong(
        "a softmax of its own without a maximum",
        "jvp",
        "a = softmax(z)",
        "a = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)",
        "jvp-rows",
    ),
]

RIGHT = [
    Right(
        "loops",
        {
            "loss": """
import math

def softmax_loss(z, labels):
    total = 0.0
    for row, label in zip(z, labels):
        values = [float(v) for v in row]
        top = max(values)
        place = values.index(top)
        rest = sum(math.exp(v - top) for k, v in enumerate(values) if k != place)
        total += (top - values[label]) + math.log1p(rest)
    return total / len(z)
""",
            "gradient": """
def softmax_loss_gradient(z, labels):
    N, K = z.shape
    result = np.zeros((N, K))
    for n in range(N):
        a = softmax(z[n])
        for k in range(K):
            result[n, k] = (a[k] - (1 if k == labels[n] else 0)) / N
    return result
""",
            "jvp": """
def softmax_jvp(z, v):
    rows = []
    for logits, way in zip(z, v):
        a = softmax(logits)
        rows.append(a * way - a * np.dot(a, way))
    return np.array(rows)
""",
        },
    ),
    Right(
        "lists for results",
        {
            "gradient": """
def softmax_loss_gradient(z, labels):
    targets = np.eye(z.shape[1])[labels]
    return [list((softmax(row) - target) / len(z)) for row, target in zip(z, targets)]
""",
            "train": """
def train(X, labels, steps, rate):
    W, b, losses = np.zeros((10, 64)), np.zeros(10), []
    for _ in range(steps):
        z = X @ W.T + b
        losses.append(softmax_loss(z, labels))
        delta = np.transpose(softmax_loss_gradient(z, labels))
        W, b = W - rate * delta @ X, b - rate * delta.sum(axis=1)
    return W, b, losses

W_digits, b_digits, losses_digits = train(X_train, labels_train, 100, 2.0)
test_accuracy = np.mean((X_test @ W_digits.T + b_digits).argmax(axis=1) == labels_test)
""",
        },
    ),
    Right(
        "einsum",
        {
            "jvp": """
def softmax_jvp(z, v):
    a = softmax(z)
    return np.einsum("nk,nk->nk", a, v) - np.einsum("nk,nj,nj->nk", a, a, v)
""",
            "gradient": """
def softmax_loss_gradient(z, labels):
    return (softmax(z) - np.eye(z.shape[1])[labels]) / z.shape[0]
""",
        },
    ),
    Right(
        "float32",
        {
            "loss": """
def softmax_loss(z, labels):
    z = np.asarray(z, np.float32)
    d = z - z.max(axis=1, keepdims=True)
    place = z.argmax(axis=1)
    e = np.exp(d)
    e[range(len(z)), place] = 0
    return np.mean(np.log1p(e.sum(axis=1)) - d[range(len(z)), labels])
""",
            "gradient": """
def softmax_loss_gradient(z, labels):
    z = np.asarray(z, np.float32)
    y = np.eye(z.shape[1], dtype=np.float32)[labels]
    return (softmax(z) - y) / np.float32(len(z))
""",
            "jvp": """
def softmax_jvp(z, v):
    a, v = softmax(np.asarray(z, np.float32)), np.asarray(v, np.float32)
    return a * (v - (a * v).sum(axis=1, keepdims=True))
""",
        },
    ),
    Right(
        "with SciPy, a class and an in-place check",
        {
            "loss": """
from scipy.special import logsumexp

class Loss:
    def __call__(self, z, labels):
        correct = z[np.arange(len(z)), labels][:, None]
        others = np.array(z, dtype=float)
        others[np.arange(len(z)), labels] = -np.inf
        return float(np.mean(np.logaddexp(0.0, logsumexp(others - correct, axis=1))))

softmax_loss = Loss()
""",
            "numerical": """
def numerical_gradient(f, x, step=1e-5):
    gradient = np.zeros_like(x)
    for place, value in np.ndenumerate(x):
        x[place] = value + step
        up = f(x)
        x[place] = value - step
        down = f(x)
        x[place] = value
        gradient[place] = (up - down) / (2 * step)
    return gradient
""",
        },
    ),
    Right(
        "in place",
        {
            "loss": """
def softmax_loss(z, labels):
    correct = z[np.arange(len(z)), labels].copy()
    z[np.arange(len(z)), labels] = -np.inf
    z -= correct[:, None]
    top = np.maximum(z.max(axis=1), 0)
    others = np.exp(z - top[:, None], out=z).sum(axis=1)
    return np.mean(np.where(top == 0, np.log1p(others), top + np.log(np.exp(-top) + others)))
""",
            "jvp": """
def softmax_jvp(z, v):
    a = softmax(z)
    v -= np.sum(a * v, axis=1, keepdims=True)
    v *= a
    return v
""",
            "train": """
def train(X, labels, steps, rate):
    W, b, losses = np.zeros((10, X.shape[1])), np.zeros(10), []
    for _ in range(steps):
        z = X @ W.T + b
        losses.append(softmax_loss(z.copy(), labels))
        delta = softmax_loss_gradient(z, labels)
        W -= rate * delta.T @ X
        b -= rate * delta.sum(axis=0)
    return W, b, losses


W_digits, b_digits, losses_digits = train(X_train, labels_train, steps=100, rate=2.0)
test_accuracy = np.mean((X_test @ W_digits.T + b_digits).argmax(axis=1) == labels_test)
""",
        },
    ),
]
