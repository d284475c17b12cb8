"""Print accuracy and speed of softmax_src beside the installed libraries.

``python -m benchmarks`` prints two tables within five minutes. ``--save`` also renews
``softmax_book/benchmarks.json``, which the package carries and appendix D shows; it does that only
where all libraries are installed.
"""

import argparse
import json
import os
import platform
from pathlib import Path

# One thread each; the libraries read this when they are first imported. JAX's pool has a thread for
# each processor that it sees, whatever its flags say: where the system can do that, it sees one.
if __name__ == "__main__" and hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
os.environ["JAX_PLATFORMS"] = "cpu"

from benchmarks import accuracy, libraries, speed  # noqa: E402

RESULTS = Path(__file__).parents[1] / "softmax_book" / "benchmarks.json"


def cpu():
    """Return the processor's model name."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def machine():
    """Return where this was measured, and how many processes ran on each of its cores before."""
    found = {"cpu": cpu(), "system": platform.system(), "python": platform.python_version()}
    if hasattr(os, "getloadavg"):
        found["load per core"] = f"{os.getloadavg()[0] / (os.cpu_count() or 1):.1f}"
    return found


def table(header, rows):
    """Return rows of text as a table with aligned columns."""
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    lines = [
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in [header, ["-" * width for width in widths], *rows]
    ]
    return "\n".join(lines)


def accuracy_tables(errors):
    """Return the worst errors over all families, and those of each family in float64."""

    def cell(by_library, name, family=None):
        if name not in by_library:
            return "–"
        by_family = by_library[name]
        error = by_family.get(family) if family else accuracy.worst(by_family)
        return "inf" if error is None else f"{error:.3g}"

    names = [n for n in libraries.installed() if n in errors["float64"]["softmax"]]
    rows = [
        [f"{dtype} {quantity}", *(cell(by_library, name) for name in names)]
        for dtype, quantities in errors.items()
        for quantity, by_library in quantities.items()
    ]
    yield "Largest error, all families", table(["", *names], rows)
    for quantity, by_library in errors["float64"].items():
        rows = [
            [family, *(cell(by_library, name, family) for name in names)]
            for family in by_library["softmax_src"]
        ]
        yield f"Largest error of {quantity}, float64", table(["logits", *names], rows)


def speed_table(results):
    """Return milliseconds, and the ratio of softmax_src to each other library."""
    names = [*libraries.installed(), speed.BARE]
    rows = []
    for case in results:
        ms = case["milliseconds"]
        n, k = case["shape"]
        offset = f" + {case['offset']:g}" if case["offset"] else ""
        cells = [
            f"{ms[name]:.3g}"
            + ("" if name == names[0] else f" ({ms[names[0]] / ms[name]:.2f})")
            + ("*" if case["quantity"] in libraries.COMPOSED.get(name, ()) else "")
            if name in ms
            else "–"
            for name in names
        ]
        rows.append([f"{n} × {k}{offset}", case["dtype"], case["quantity"], *cells])
    return table(["logits", "", "", *names], rows)


def main():
    """Measure, print and, if asked, save."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--save", action="store_true", help=f"renew softmax_book/{RESULTS.name}")
    save = parser.parse_args().save
    if save and libraries.missing():
        parser.error(
            f"--save takes all libraries; {', '.join(libraries.missing())} cannot be imported: "
            "`make test-libraries` makes an environment with all of them in .venv-libraries"
        )

    results = {"machine": machine(), "versions": libraries.versions()}
    print(*(f"{key}: {value}" for key, value in results["machine"].items()), sep="\n")
    print(*(f"{name} {version}" for name, version in results["versions"].items()), sep=", ")

    results["accuracy"] = accuracy.measure()
    print("\nAccuracy, in units in the last place (correctly rounded: 0.5)")
    for title, text in accuracy_tables(results["accuracy"]):
        print(f"\n{title}\n\n{text}")

    results["speed"] = speed.measure()
    print("\nSpeed: milliseconds, one thread (time of softmax_src / time of the other)\n")
    print(speed_table(results["speed"]))
    for name, composed in libraries.COMPOSED.items():
        print(f"* {name} has no such function:", *(f"{q} is {f};" for q, f in composed.items()))
    for name, slope in speed.growth().items():
        print(f"time grows with {name} to the power {slope:.2f}")

    if save:
        RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
        print(f"\nsaved to softmax_book/{RESULTS.name}")


if __name__ == "__main__":
    main()
