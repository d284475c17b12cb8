"""How long each library takes on one thread, all in one run, one after the other in turn."""

import time

import numpy as np
from tqdm import tqdm

import softmax_src
from benchmarks.libraries import QUANTITIES, installed
from softmax_src.rows import BLOCK

SHAPES = ((1000, 10), (100_000, 10), (64, 50_257), (4096, 1000), (10_000, 1000))
#: Those that are timed in float32 too.
SHAPES_32 = ((1000, 10), (500, 1000), (64, 50_257), (4096, 1000))

#: The least that a softmax can do: exponentials, row sums, division, in blocks that fit a cache.
BARE = "exp, sum, divide"

#: Seconds for one quantity at one shape, all libraries together, after one warming round.
SECONDS = 1.5


def measure(seconds=SECONDS):
    """Return a list of ``{shape, dtype, offset, quantity, milliseconds: {library: ms}}``."""
    jobs = [(shape, "float64", 0.0, q) for shape in SHAPES for q in QUANTITIES]
    jobs += [((4096, 1000), "float64", 1e4, q) for q in QUANTITIES]
    jobs += [(shape, "float32", 0.0, q) for shape in SHAPES_32 for q in QUANTITIES]
    libraries = installed()
    results = []
    for shape, dtype, offset, quantity in tqdm(jobs, desc="speed", unit="case"):
        rng = np.random.default_rng(0)
        z = rng.normal(offset, size=shape).astype(dtype)
        c = rng.integers(0, shape[1], size=shape[0])
        functions = {name: adapter(z, c).get(quantity) for name, adapter in libraries.items()}
        if quantity == "softmax" and not offset:
            functions[BARE] = lambda z=z: _bare(z)
        best = _interleaved({name: f for name, f in functions.items() if f}, seconds)
        results.append(
            {
                "shape": list(shape),
                "dtype": dtype,
                "offset": offset,
                "quantity": quantity,
                "milliseconds": {name: float(f"{1e3 * t:.3g}") for name, t in best.items()},
            }
        )
    return results


def _bare(z):
    """Take the softmax of small logits in three passes over blocks."""
    a, step = np.empty_like(z), max(1, BLOCK // z.shape[1])
    for start in range(0, len(z), step):
        e = np.exp(z[start : start + step])
        np.divide(e, e.sum(axis=1, keepdims=True), out=a[start : start + step])
    return a


def growth():
    """Return the slopes of time over N and over K on a log–log line; 1 is proportional."""
    shapes = {
        "N": [(n, 100) for n in (1000, 4000, 16_000, 64_000)],
        "K": [(20, k) for k in (1000, 8000, 64_000, 256_000)],
    }
    slopes = {}
    for name, cases in shapes.items():
        functions = {z.size: lambda z=z: softmax_src.softmax(z) for z in map(np.zeros, cases)}
        best = _interleaved(functions, 2.0)
        slopes[name] = float(np.polyfit(np.log(list(best)), np.log(list(best.values())), 1)[0])
    return slopes


def _interleaved(functions, seconds):
    """Return the shortest time of each function; taking turns, all meet the same disturbances.

    A turn repeats a short call until two milliseconds are full: each finds its own caches warm.
    """
    repeats = {name: max(1, int(2e-3 / _time(f, 1, warm=True))) for name, f in functions.items()}
    best = dict.fromkeys(functions, np.inf)
    rounds, end = 0, time.perf_counter() + seconds
    while rounds < 5 or time.perf_counter() < end:
        for name, f in functions.items():
            best[name] = min(best[name], _time(f, repeats[name]))
        rounds += 1
    return best


def _time(f, repeats, warm=False):
    """Return the seconds of processor time that one call takes, on average over the repeats.

    Processor time, because another process on the machine stops the clock on the wall no less.
    """
    if warm:
        f()
    start = time.process_time()
    for _ in range(repeats):
        f()
    return (time.process_time() - start) / repeats
