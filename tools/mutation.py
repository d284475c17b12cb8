"""Change one thing at a time in the package's maths, and see whether a test notices.

    python -m tools.mutation [FUNCTION ...]

mutmut makes the mutants and runs the tests that reach each; which files and which tests is said in
``pyproject.toml``. Printed are a table of the modules and each survivor that
``tests/mutation_survivors.md`` does not explain; one such makes this fail, as does an explanation
that no survivor needs. FUNCTION is a pattern such as ``softmax_src.floats.x_two_diff*``; without
one everything new or changed is tried.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
SURVIVORS = ROOT / "tests" / "mutation_survivors.md"
MUTMUT = [Path(sys.executable).with_name("mutmut")]
# What the tests' exit code, or the signal that ended them, says of a mutant; any other: killed. One
# whose tests outlast mutmut's limit may run for ever, or a survivor's on a busy machine.
VERDICTS = {0: "survived", None: "untried", 2: "untried"}
VERDICTS |= dict.fromkeys((5, 33), "unreached")
VERDICTS |= dict.fromkeys((36, -24, 24, 152, 255), "timed out")


def changes(text):
    """Return the explained changes of a survivors' file, each as (out, in) lines."""
    return {change(block) for block in re.findall(r"```diff\n(.*?)```", text, re.DOTALL)}


def change(diff):
    """Return a diff as (lines taken out, lines put in), without indentation."""
    lines = [line for line in diff.splitlines() if not line.startswith(("+++", "---"))]
    return tuple(
        tuple(line[1:].strip() for line in lines if line.startswith(sign) and line[1:].strip())
        for sign in "-+"
    )


def results():
    """Yield (module, mutant, verdict) of every mutant that was made."""
    for path in sorted((ROOT / "mutants" / "softmax_src").glob("*.py.meta")):
        codes = json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
        for mutant, code in codes.items():
            yield path.name.removesuffix(".py.meta"), mutant, VERDICTS.get(code, "killed")


def show(mutant):
    """Return a mutant's difference from the original."""
    done = subprocess.run([*MUTMUT, "show", mutant], cwd=ROOT, capture_output=True, text=True)
    return done.stdout


def main(patterns):
    """Run the mutants, print the table, and return 1 if a survivor is not explained."""
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "EXAMPLES": "20",  # of each law: a mutant that needs more is one for a unit test
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    children = os.environ.get("WORKERS", str(os.cpu_count()))
    shutil.rmtree(ROOT / "mutants" / "tests", ignore_errors=True)  # tests may have moved
    command = [*MUTMUT, "run", "--max-children", children, *patterns]
    status = subprocess.run(command, cwd=ROOT, env=environment).returncode
    if status:
        return status

    count, survivors, slow = Counter(), {}, set()
    for module, mutant, verdict in results():
        count[module, verdict] += 1
        if verdict in ("survived", "unreached"):
            survivors[mutant] = show(mutant)
        elif verdict == "timed out":
            slow.add(change(show(mutant)))
    explained = changes(SURVIVORS.read_text(encoding="utf-8"))
    found = {mutant: change(diff) for mutant, diff in survivors.items()}
    verdicts = ["killed", "timed out", "survived", "unreached", "untried"]
    print(f"\n{'module':14}{'mutants':>9}" + "".join(f"{verdict:>11}" for verdict in verdicts))
    modules = sorted({module for module, _ in count})
    for module in [*modules, "all"]:
        row = [sum(n for (m, v), n in count.items() if module in (m, "all") and v == verdict)
               for verdict in verdicts]  # fmt: skip
        print(f"{module:14}{sum(row):9}" + "".join(f"{n:11}" for n in row))
    unexplained = [mutant for mutant in found if found[mutant] not in explained]
    for mutant in unexplained:
        print(f"\n{mutant} survived:\n{survivors[mutant]}")
    stale = explained - slow - set(found.values()) if not patterns else set()
    for out, put in stale:
        print(f"\nexplained, but no survivor: {' '.join(out)} -> {' '.join(put)}")
    print(f"\n{len(found) - len(unexplained)} survivors are explained in {SURVIVORS.name}, "
          f"{len(unexplained)} are not")  # fmt: skip
    return int(
        bool(unexplained or stale or (any(v == "untried" for _, v in count) and not patterns))
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
