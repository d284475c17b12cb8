"""Pairs of submissions whose code is alike: `python -m assignments.grading.similar FOLDER ps1`.

copydetect (winnowing of tokens, the method of MOSS) compares the text of the answers; nothing is
run. What the released notebook contains does not count. It runs in a process of its own with limits
on memory and time. A high share is a reason to talk with two students, and no more than that.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from . import collect, grade, notebook

ALIKE = 0.6  # of the code of both: pairs below this share are not listed
CODE = """
import sys
from copydetect import CopyDetector
detector = CopyDetector(test_dirs=[sys.argv[1]], boilerplate_dirs=[sys.argv[2]], extensions=["py"],
                        display_t=float(sys.argv[3]), silent=True, autoopen=False)
detector.run()
pairs = {}
for one in detector.get_copied_code_list():
    pairs[tuple(sorted(one[2:4]))] = min(one[:2])
for (a, b), share in sorted(pairs.items(), key=lambda item: -item[1]):
    print(f"{share:.0%}", a, b, sep="\\t")
"""


def limits():
    """Four gigabytes of addresses and ten minutes."""
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    resource.setrlimit(resource.RLIMIT_CPU, (600, 600))


def similar(submitted, name, source):
    """(share, student, student) triples, the most alike first."""
    keys = notebook.read_keys(source)
    if name not in keys:
        raise SystemExit(f"which problem set? There are {', '.join(keys)}.")
    with tempfile.TemporaryDirectory() as folder:
        places = [Path(folder, part) for part in ("unpacked", "answers", "released")]
        for place in places:
            place.mkdir()
        found, _ = collect.find(submitted, keys, scratch=places[0])
        names = {}
        for one in found:
            if one.assignment != name:
                continue
            try:
                cells = notebook.read_submission(one.path)
            except notebook.Unreadable as error:
                print(f"  not compared: {one.student}, {error}", file=sys.stderr)
                continue
            answers = [c.source for c in cells if c.kind in ("answer", "code")]
            path = places[1] / f"{len(names)}.py"
            path.write_text("\n".join(answers)[:200_000], encoding="utf-8", errors="replace")
            names[str(path)] = one.student
        given = "\n".join(notebook.released(c) for c in keys[name].cells if c.kind == "answer")
        (places[2] / "given.py").write_text(given, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-c", CODE, str(places[1]), str(places[2]), str(ALIKE)],
            capture_output=True, text=True, timeout=900, preexec_fn=limits,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"copydetect: {done.stderr[-500:]}")
        lines = [line.split("\t") for line in done.stdout.splitlines() if "\t" in line]
        return [(share, names[a], names[b]) for share, a, b in lines]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("submitted", type=collect.delivered)
    parser.add_argument("name")
    parser.add_argument("--source", type=Path, default=grade.COURSE / "source")
    options = parser.parse_args()
    alike = similar(options.submitted, options.name, options.source)
    for line in alike:
        print(*line, sep="\t")
    print(f"{len(alike)} pairs share {100 * ALIKE:g} % of their code or more", file=sys.stderr)
