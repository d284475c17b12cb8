"""Draw an exam: a paper for each student, and the keys, as Markdown and PDF below dist/exam.

    python -m tools.exports.exam --seed SECRET --variants 30 [--length 12] [--chapters "2 3"]
        [--students names.txt] [--bank FOLDER [--private]] [--markdown]

A paper depends on the seed, its student's name and the bank alone: a name that is added to the list
changes nobody else's. Papers differ in their questions, the order of these and of their options,
and the numbers. Who knows the seed can draw the papers and their keys, so it is as secret as they
are. Whoever sees one paper can try seeds until its code comes out: only a long random one is safe.
"""

import argparse
import functools
import hashlib
import random
import re
import secrets
import sys
import unicodedata
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from tqdm import tqdm

from assignments.grading import textfile
from softmax_book.questions import Book, Option, problems
from tools.exports.items import LETTERS, Item, bank, item, varies
from tools.exports.plain import answer

TITLE = "The softmax output layer"
BLANK = "Answer: ________________"
LONG = 16  # characters of a seed
TRIES = 20  # seeds for the numbers of one question


@dataclass(frozen=True)
class Paper:
    """A student's questions, each with its choices in the order in which they are shown."""

    who: str
    code: str
    questions: tuple[tuple[Item, tuple[Option, ...]], ...]


def draw(pool, length, seed, who, book):
    """Return the paper of one student."""
    key = f"{seed}/{who}"
    chance = random.Random(key)
    items = [item(_ask(question, chance, book)) for question in choose(pool, length, chance)]
    code = hashlib.sha256(key.encode()).hexdigest()[:6].upper()
    return Paper(who, code, tuple((one, one.shuffled(chance)) for one in items))


def choose(pool, length, chance):
    """Return that many questions, spread evenly over chapters, then sections and kinds.

    Kinds come in proportion to the pool's: else the rarest would be on every paper.
    """
    left = chance.sample(pool, len(pool))
    share = Counter(question.kind for question in pool)
    chapters, sections, kinds = Counter(), Counter(), Counter()
    chosen = []
    for _ in range(length):
        best = min(
            left,
            key=lambda q: (chapters[q.chapter], sections[q.section], kinds[q.kind] / share[q.kind]),
        )
        left.remove(best)
        chosen.append(best)
        chapters[best.chapter] += 1
        sections[best.section] += 1
        kinds[best.kind] += 1
    return chance.sample(chosen, length)


def _ask(question, chance, book):
    """Return the question with numbers for which its key holds, as its check says."""
    if not varies(question):
        return _as_it_stands(question)
    for _ in range(TRIES):
        seed = chance.randrange(10**6)
        found = problems(question, book, [seed])
        if not found:
            return question.ask(seed)
    sys.exit(f"No numbers fit: {found[0]}")


@functools.cache
def _as_it_stands(question):
    return question.ask(0)


def _literal(name):
    """Return a name so that Markdown shows each of its signs."""
    return re.sub(r"[\\`*_$<\[&#]", r"\\\g<0>", name)


def paper_text(paper):
    """Return a paper as Markdown."""
    lines = [f"# {TITLE}", "", f"Paper {paper.code} · {_literal(paper.who)}", ""]
    lines += ["Name: ________________________________", ""]
    for number, (one, shown) in enumerate(paper.questions, 1):
        lines += [f"## {number}", "", one.stem, ""]
        lines += [f"*{one.hint}*", ""] if one.hint else []
        if one.form in ("one", "all", "order"):
            lines += [f"- **{LETTERS[i]}** {choice.text}" for i, choice in enumerate(shown)]
            lines += [""]
        lines += [f"{BLANK} {one.asked.unit}".strip(), ""]
    return "\n".join(lines)


def key_text(paper):
    """Return a paper's key as Markdown: answers, and which question each is of."""
    lines = [f"## Paper {paper.code} · {_literal(paper.who)}", ""]
    lines += ["| | Answer | Question | Seed |", "|--:|:--|:--|--:|"]
    for number, (one, shown) in enumerate(paper.questions, 1):
        seed = one.asked.seed if varies(one.asked.question) else "–"
        lines.append(f"| {number} | {answer(one, shown)} | {one.asked.id} | {seed} |")
    return "\n".join([*lines, ""])


def overlap(papers):
    """Return how many questions neighbours share on average, and how many as they stand."""
    shared, same = 0, 0
    for left, right in pairwise(papers):
        asked = {one.asked.id: (one.asked, shown) for one, shown in left.questions}
        for one, shown in right.questions:
            shared += one.asked.id in asked
            same += asked.get(one.asked.id) == (one.asked, shown)
    pairs = max(1, len(papers) - 1)
    return shared / pairs, same / pairs


def students(given, count):
    """Return the names in a file, one a line, or numbers in their place."""
    if not given:
        if count < 1:
            sys.exit(f"VARIANTS={count} makes no paper; say how many you want")
        return [f"{number:03}" for number in range(1, count + 1)]
    path = Path(given).expanduser()
    if not path.is_file():
        sys.exit(f"STUDENTS={given} is no file; it should have a name on each line")
    # A name draws its paper, however an editor or a system has written its letters.
    text = unicodedata.normalize("NFC", textfile.read(path))
    names = [line.strip() for line in text.splitlines()]
    names = [name for name in names if name]
    twice = [name for name, often in Counter(names).items() if often > 1]
    if twice or not names:
        sys.exit(f"STUDENTS={given} " + (f"has {twice[0]} twice" if twice else "has no names"))
    return names


def exam(pool, length, seed, names):
    """Return the papers of these students."""
    if not 0 < length <= len(pool):
        sys.exit(f"LENGTH={length}: these chapters have {len(pool)} questions")
    book = Book()
    papers = [
        draw(pool, length, seed, who, book)
        for who in tqdm(names, "Drawing papers", disable=len(names) < 10)
    ]
    if len({paper.code for paper in papers}) < len(papers):
        sys.exit(f"SEED={seed} gives two papers the same code; take another seed")
    return papers


def main(arguments=None):
    """Draw, write, and say what the papers have in common."""
    parser = argparse.ArgumentParser(prog="make exam")
    parser.add_argument("--seed", default="")
    parser.add_argument("--variants", default=1, type=int)
    parser.add_argument("--length", default=12, type=int)
    parser.add_argument("--chapters", default="")
    parser.add_argument("--students", default="")
    parser.add_argument("--bank", default="")
    parser.add_argument("--private", action="store_true", help="of the folder's questions alone")
    parser.add_argument("--to", default=Path("dist/exam"), type=Path)
    parser.add_argument("--markdown", action="store_true", help="no PDF")
    given = parser.parse_args(arguments)
    if not given.seed:
        sys.exit(
            "SEED=… is wanted: a long random word of your own, from which papers and keys are "
            f"drawn; here is a new one: {secrets.token_hex(16)}"
        )
    if len(given.seed) < LONG:
        print(
            f"A seed of fewer than {LONG} characters can be guessed from a paper, and with it all "
            f"keys. Here is a long one: {secrets.token_hex(16)}",
            file=sys.stderr,
        )
    names = students(given.students, given.variants)
    pool = bank(given.chapters, given.bank, public=not given.private)
    papers = exam(pool, given.length, given.seed, names)
    given.to.mkdir(parents=True, exist_ok=True)
    texts = {
        "papers": [paper_text(paper) for paper in papers],
        "keys": [f"# Keys: {TITLE}\n", *(key_text(paper) for paper in papers)],
    }
    for name, parts in texts.items():
        (given.to / f"{name}.md").write_text("\n".join(parts), encoding="utf-8")
    if not given.markdown:
        from tools.exports.paper import print_papers  # Chromium is not needed for Markdown

        footers = [f"Paper {paper.code} · {paper.who}" for paper in papers]
        print_papers(texts["papers"], footers, given.to / "papers.pdf")
        print_papers(["\n".join(texts["keys"])], ["Keys"], given.to / "keys.pdf")
    shared, same = overlap(papers)
    if len(papers) == 1:
        print(f"{given.to}: a paper of {given.length} questions, and its key")
    else:
        print(f"{given.to}: {len(papers)} papers of {given.length} questions, and their keys")
        print(
            f"Neighbours in the list share {shared:.1f} questions on average, "
            f"{same:.1f} of them with the same numbers and the same order of options."
        )


if __name__ == "__main__":
    main()
