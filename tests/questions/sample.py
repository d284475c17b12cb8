"""One question of each kind, as tests use them; they are in nobody's bank."""

HEAD = "# Questions on a chapter\n\n## sec-def-shift\n\n"

CHOOSE_ONE = """### try-shift · choose one

You add [[c]] to every logit. What happens to the outputs $a_j$?

- [ ] The largest takes everything.

  Large logits look confident, but differences count, and those are the same.

- [x] Nothing.

- [ ] All grow, by $e^{[[c]]}$.

  Each exponential does; so does their sum.

> The factor $e^{[[c]]}$ cancels.

```python check
c = pick(3, 5, 100)
z = np.array([2.5, -1, 3.2])
a, b = softmax(z), softmax(z + c)
holds = [b.max() > 0.999, np.allclose(a, b), (b > a).all()]
```

"""
CHOOSE_ALL = """### try-all · choose all

Which of these are the same for logits $z$ and $z + 3$?

- [x] The outputs.
- [x] The largest output's class.
- [ ] Log-sum-exp.

  It is built from exponentials that are invariant only as a ratio; it grows by 3.

> Only differences of logits reach the outputs.

```python check
z = np.array([2.5, -1, 3.2])
y = z + 3
holds = [
    np.allclose(softmax(z), softmax(y)),
    z.argmax() == y.argmax(),
    np.isclose(logsumexp(z), logsumexp(y)),
]
```

"""
NUMBER = """### try-number · number

The outputs are equal for $K = [[K]]$ classes. What is the loss?

- [x] [[answer:.3f]] ± 1 % nats
- [ ] [[share:.3f]]

  That is the probability $1/[[K]]$; the loss is its negative logarithm.

> The loss is $\\log [[K]]$.

```python check
K = draw(4, 20, 2)
answer = float(softmax_loss(np.zeros((1, K)), np.array([0])))
share = 1 / K
```

"""
ORDER = """### try-order · order

Order these by the largest output, smallest first.

1. Two equal logits.
2. A logit that leads by 1.
3. A logit that leads by 2, in `z = [2, 0]`.

> A larger lead makes a larger output.

```python check
values = [softmax(np.array([lead, 0.0]))[0] for lead in (0, 1, 2)]
```

"""
DIRECTION = """### try-direction · direction

$z_1$ grows. Where does $a_2$ go?

- [ ] up

  It would if the outputs were independent exponentials.

- [x] down

- [ ] still

  Its own logit stands still, but the sum below it grows.

> The others share what is left.

```python check
change = softmax(np.array([1.1, 0, 0]))[1] - softmax(np.array([1.0, 0, 0]))[1]
```

"""
FAULTY_LINE = '''### try-line · faulty line

Which line makes this softmax overflow?

```python
def softmax(z):
    m = z.min()
    e = np.exp(z - m)
    return e / e.sum()
```

- [x] line 2
- [ ] line 3

  The exponential overflows here, but only because `m` is wrong.

- [ ] line 4

  A division by a sum of exponentials never overflows if they do not.

> The largest logit has to be taken away, not the smallest.

```python check
def run(code):
    space = {"np": np}
    exec(code, space)
    return np.isfinite(space["softmax"](np.array([0.0, 1000.0]))).all()

code = """def softmax(z):
    m = z.min()
    e = np.exp(z - m)
    return e / e.sum()"""
holds = [run(code.replace("min", "max")), run(code.replace("z - m)", "z)")), run(code + ".size")]
```

'''
FORMULA = """### try-formula · formula

With $m$ the log-sum-exp, the loss of class $c$ is `[[?]]`. Variables: `m`, `z_c`.

- [x] `m - z_c`
- [ ] `z_c - m`

  That is the logarithm of the probability, which is negative.

> The loss is $m - z_c$.

```python check
rows = [[1.0, 2, 3], [0, 0, 5], [-1, 4, 4]]
points = [{"m": float(logsumexp(np.array(z))), "z_c": z[0]} for z in rows]
truth = [float(softmax_loss(np.array([z]), np.array([0]))) for z in rows]
```

"""
ALL = [CHOOSE_ONE, CHOOSE_ALL, NUMBER, ORDER, DIRECTION, FAULTY_LINE, FORMULA]
BANK = HEAD + "".join(ALL)
