"""How long each library takes on one thread, all in one run, one after the other in turn."""

import time

import numpy as np
from tqdm import tqdm

from benchmarks.libraries import QUANTITIES, installed

SHAPES = ((1000, 10), (100_000, 10), (64, 50_257), (4096, 1000), (10_000, 1000))

#: Seconds for one quantity at one shape, all libraries together, after one warming round.
SECONDS = 1.5


def measure(seconds=SECONDS):
    """Return a list of ``{shape, offset, quantity, milliseconds: {library: ms}}``."""
    jobs = [(shape, 0.0, q) for shape in SHAPES for q in QUANTITIES]
    jobs += [((4096, 1000), 1e4, q) for q in QUANTITIES]
    libraries = installed()
    results = []
    for shape, offset, quantity in tqdm(jobs, desc="speed", unit="case"):
        rng = np.random.default_rng(0)
        z = rng.normal(offset, size=shape)
        c = rng.integers(0, shape[1], size=shape[0])
        functions = {name: adapter(z, c).get(quantity) for name, adapter in libraries.items()}
        best = _interleaved({name: f for name, f in functions.items() if f}, seconds)
        results.append(
            {
                "shape": list(shape),
                "offset": offset,
                "quantity": quantity,
                "milliseconds": {name: float(f"{1e3 * t:.3g}") for name, t in best.items()},
            }
        )
    return results


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
    """Return the seconds that one call takes, on average over the repeats."""
    if warm:
        f()
    start = time.perf_counter()
    for _ in range(repeats):
        f()
    return (time.perf_counter() - start) / repeats
