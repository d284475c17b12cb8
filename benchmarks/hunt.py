"""Hunt for the input on which each function is furthest off.

    python -m benchmarks.hunt [--seconds 20] [--seed 0] [FUNCTION ...]

A row is a few groups of equal or nearly equal logits, in some order, at some offset: few large
terms and many just below what a running sum sees, ties, logits of both signs, subnormal
probabilities, masks. From random rows a local search climbs to larger errors, which long doubles
measure fast; the worst row found is measured again by mpmath and printed, in a form that Python
reads.
"""

import argparse
import time
from dataclasses import dataclass, replace

import numpy as np
from tqdm import tqdm

import softmax_src
from benchmarks.oracle import Row

SIZES = (1, 2, 3, 7, 10, 31, 64, 100, 127, 128, 255, 256)
#: Where a group may lie below the largest logit: anywhere, and where sums lose bits.
DEPTHS = (1.0, 10.0, 38.0, 300.0, 700.0, 745.0)
OFFSETS = (0.0, 0.0, 0.0, -1.0, 1.0, -100.0, 250.0, 700.0, 1e4, -1e4, 1e9)


@dataclass(frozen=True)
class Prey:
    """One row: logits and sizes of its groups, how far each is spread, and how it is shuffled."""

    levels: tuple[float, ...]
    sizes: tuple[int, ...]
    spread: float
    offset: float
    temperature: float
    label: int
    seed: int

    def logits(self):
        """Return the row (K,)."""
        rng = np.random.default_rng(self.seed)
        z = np.repeat(self.levels, self.sizes)
        z = z + self.spread * rng.uniform(-1, 1, size=z.size)
        return (rng.permutation(z) if self.seed % 2 else z) + self.offset

    def c(self):
        """Return the label: the first of a group, where the groups are not shuffled."""
        return int(np.cumsum((0, *self.sizes))[self.label % len(self.sizes)])


def random_prey(rng):
    """Return a row to start from."""
    n = int(rng.integers(1, 5))
    depth = rng.choice(DEPTHS)
    return Prey(
        levels=(0.0, *(-depth * rng.uniform(0.5, 1.0, size=n)).tolist()),
        sizes=tuple(int(s) for s in rng.choice(SIZES, size=n + 1)),
        spread=float(rng.choice([0.0, 0.0, 1e-3, 0.7])),
        offset=float(rng.choice(OFFSETS)),
        temperature=float(rng.choice([0.3, 1.7, 10.0])),
        label=int(rng.integers(0, n + 1)),
        seed=int(rng.integers(0, 100)),
    )


def changed(prey, rng):
    """Return a row with one thing changed."""
    i = int(rng.integers(len(prey.sizes)))
    match rng.integers(7):
        case 0 | 1:  # a level moves, by an ulp or by ten
            step = rng.normal() * 10.0 ** rng.integers(-15, 2)
            levels = (*prey.levels[:i], prey.levels[i] + step, *prey.levels[i + 1 :])
            return replace(prey, levels=levels)
        case 2:
            sizes = (*prey.sizes[:i], int(rng.choice(SIZES)), *prey.sizes[i + 1 :])
            return replace(prey, sizes=sizes)
        case 3:
            return replace(prey, spread=float(prey.spread * rng.choice([0.0, 0.5, 2.0])))
        case 4:
            return replace(prey, offset=float(prey.offset + rng.normal()))
        case 5:
            return replace(prey, temperature=float(prey.temperature * np.exp(rng.normal() / 10)))
        case _:
            return replace(prey, label=int(rng.integers(9)), seed=int(rng.integers(100)))


class LongRow:
    """A row in long doubles, which have 11 bits more than float64 where there are any."""

    def __init__(self, z, temperature=1.0):
        self.z = z.astype(np.longdouble)
        self.top = int(z.argmax())
        self.d = (self.z - self.z[self.top]) / np.longdouble(temperature)
        self.e = np.exp(self.d)
        self.total = self.e.sum()
        self.log_total = np.log1p(self.others(self.top))

    def others(self, k):
        """Sum of all but one."""
        return np.delete(self.e, k).sum()

    def softmax(self):
        """Probabilities."""
        return self.e / self.total

    def log_softmax(self):
        """Log-probabilities."""
        return self.d - self.log_total

    def logsumexp(self):
        """LSE."""
        return (self.z[self.top] + self.log_total)[None]

    def loss(self, c):
        """Negative log-likelihood."""
        return (self.log_total - self.d[c])[None]

    def gradient(self, c, n=1):
        """Its gradient in a mean over n examples."""
        a = self.softmax()
        a[c] = -self.others(c) / self.total
        return a / n

    def margin(self):
        """One-vs-rest margins."""
        return np.array([d - np.log(self.others(k)) for k, d in enumerate(self.d)])

    def jacobian(self):
        """The matrix."""
        a = self.softmax()
        matrix = -np.outer(a, a)
        np.fill_diagonal(matrix, [x * self.others(k) / self.total for k, x in enumerate(a)])
        return matrix


def _src(name):
    return getattr(softmax_src, name)


#: Function: what it computes of (z, c, T), and the truth from a row.
FUNCTIONS = {
    "softmax": (lambda z, c, T: _src("softmax")(z), lambda row, c: row.softmax()),
    "softmax at a temperature": (
        lambda z, c, T: _src("softmax")(z, temperature=T),
        lambda row, c: row.softmax(),
    ),
    "log_softmax": (lambda z, c, T: _src("log_softmax")(z), lambda row, c: row.log_softmax()),
    "logsumexp": (lambda z, c, T: _src("logsumexp")(z)[None], lambda row, c: row.logsumexp()),
    "softmax_loss": (
        lambda z, c, T: _src("softmax_loss")(z, c, reduction="none")[None],
        lambda row, c: row.loss(c),
    ),
    "softmax_loss_gradient": (
        lambda z, c, T: _src("softmax_loss_gradient")(z, c),
        lambda row, c: row.gradient(c),
    ),
    "softmax_loss_gradient in a mean of seven": (
        lambda z, c, T: _src("softmax_loss_gradient")(np.tile(z, (7, 1)), [c] * 7)[0],
        lambda row, c: row.gradient(c, n=7),
    ),
    "one_vs_rest_margin": (
        lambda z, c, T: _src("one_vs_rest_margin")(z),
        lambda row, c: row.margin(),
    ),
    "softmax_jacobian": (
        lambda z, c, T: _src("softmax_jacobian")(z),
        lambda row, c: row.jacobian(),
    ),
}
BOUNDS = {name: 4.0 for name in FUNCTIONS}
BOUNDS |= {"softmax_jacobian": 11.0, "one_vs_rest_margin": 6.0}
#: Those whose true values take K² long numbers are hunted on short rows.
SHORT = ("softmax_jacobian", "one_vs_rest_margin")
#: The same of float32 logits, which take a way of their own: plain sums in float64.
for _name in [name for name in FUNCTIONS if name not in SHORT]:
    FUNCTIONS[f"{_name} in float32"] = FUNCTIONS[_name]
    BOUNDS[f"{_name} in float32"] = 0.51
#: And beside a row that is large enough for the whole block to be shifted with a rounding error.
for _name in ("softmax", "log_softmax", "one_vs_rest_margin"):
    BOUNDS[f"{_name} beside 1000"] = BOUNDS[_name]
    FUNCTIONS[f"{_name} beside 1000"] = (
        lambda z, c, T, name=_name: _src(name)(np.stack([z, np.full_like(z, 1000.0)]))[0],
        FUNCTIONS[_name][1],
    )


def scale(name, row):
    """Return the number whose unit in the last place counts, or None for the result's own."""
    if name.startswith("one_vs_rest_margin"):  # it crosses 0 at a = 1/2
        margin = row.margin()
        size = np.abs(getattr(margin, "high", margin)).astype(float)
        return np.maximum(size, max(1.0, np.log(len(row.z))))
    if not name.startswith("logsumexp"):
        return None
    m, rest = float(row.z[row.top]), float(row.log_total)
    return np.array([max(abs(m), rest, abs(m + rest))])


def error(name, prey, exact=False):
    """Return the largest error of a function on a row, in units in the last place."""
    compute, truth = FUNCTIONS[name]
    z, c = prey.logits().astype("f4" if "float32" in name else "f8"), prey.c()
    temperature = prey.temperature if "temperature" in name else 1.0
    computed = compute(z, c, temperature)
    row = (Row if exact else LongRow)(z, temperature)
    true = truth(row, c)
    if exact:
        return true.ulps(computed, scale=scale(name, row))
    rounded = true.astype(computed.dtype)
    unit = np.abs(rounded) if scale(name, row) is None else scale(name, row)
    with np.errstate(all="ignore"):
        unit = np.minimum(unit.astype(computed.dtype), np.finfo(computed.dtype).max)
        off = np.abs(computed - true) / np.spacing(unit).astype(float)
    off[np.isinf(computed) & (computed == rounded)] = 0
    return float(np.nan_to_num(off, nan=np.inf).max())


def hunt(name, seconds, seed):
    """Return the worst row found for a function, and its error by mpmath."""
    rng = np.random.default_rng([seed, *name.encode()])
    best, worst, end = None, -1.0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        prey = random_prey(rng)
        if name.startswith(SHORT):
            prey = replace(prey, sizes=tuple(min(s, 7) for s in prey.sizes))
        found, misses = error(name, prey), 0
        while misses < 30 and time.perf_counter() < end:
            other = changed(prey, rng)
            if name.startswith(SHORT):
                other = replace(other, sizes=tuple(min(s, 7) for s in other.sizes))
            new = error(name, other)
            prey, found, misses = (other, new, 0) if new > found else (prey, found, misses + 1)
        if found > worst:
            best, worst = prey, found
    return best, error(name, best, exact=True)


def main():
    """Hunt and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=20, help="for each function")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("functions", nargs="*", default=list(FUNCTIONS))
    options = parser.parse_args()
    print(f"seed {options.seed}, {options.seconds:g} s for each function, errors in ulp")
    failed = False
    for name in tqdm(options.functions, unit="function"):
        prey, worst = hunt(name, options.seconds, options.seed)
        failed |= worst > BOUNDS[name]
        tqdm.write(f"{name}: {worst:.2f} (bound {BOUNDS[name]:g})\n    {prey}")
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
