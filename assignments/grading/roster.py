"""Who is meant by a name that a platform gives: a table of the students and of their other names.

The first column names the student, and the further columns hold whatever else the student is
called (numbers, logins, full names). A name is matched as a whole; one word of it decides only
where nobody else can be meant. A mark that goes to the wrong student is worse than a question.
"""

import difflib
import re
import unicodedata
from dataclasses import dataclass, field

from . import textfile

COUNTS = 3  # a number with fewer digits, inside a name, counts weeks or attempts
# What people write beside a name, and what is nobody's name.
SAID = re.compile(
    r"\d+|v\d+|(abgabe|answers?|assignment|attempt|copy|corrected|draft|exercises?|final|finished|"
    r"fixed|group|homework|hw|late|loesung|losung|new|notebook|part|problems?|resubmission|set|"
    r"sheet|solutions?|solved|submission|ubung|uebung|updated|version|week)\d*"
)


def plain(text):
    """A name for comparing: no case, accents or punctuation."""
    text = unicodedata.normalize("NFKD", str(text).casefold())
    return "".join(character for character in text if _is_kept(character))


def _is_kept(character):
    """Letters, digits and the vowel signs of Indic scripts, which are marks and yet no accents."""
    sign = unicodedata.category(character) in ("Mn", "Mc") and not unicodedata.combining(character)
    return character.isalnum() or sign


def nearest(name, known):
    """Words for a message: the names that are most like this one, else some of them."""
    by_plain = {plain(other): other for other in known}
    like = [by_plain[found] for found in difflib.get_close_matches(plain(name), by_plain, 3, 0.5)]
    some = "; ".join(like or sorted(known)[:5])
    return f" ({'like it' if like else 'others'} are: {some})" if some else ""


def words_of(name):
    """The words of a name, for comparing."""
    return [word for word in map(plain, re.split(r"[_\s]+", name)) if word]


def turned(name):
    """A name's words from each of them on: `lovelaceada` at Canvas, `Lovelace, Ada` in a list."""
    words = words_of(name)
    return {"".join(words[place:] + words[:place]) for place in range(len(words))}


@dataclass
class Roster:
    """All students in order; by name, however turned, and word for word those who have it."""

    students: list = field(default_factory=list)
    numbered: set = field(default_factory=set)  # students with a number
    turns: dict = field(default_factory=dict)
    words: dict = field(default_factory=dict)
    called: dict = field(default_factory=dict)  # by a number or login, which nobody shares

    def add(self, names):
        """One line of the table."""
        self.students.append(names[0])
        for name in filter(plain, names):  # a dash stands for nothing
            if plain(name).isdigit():
                self.numbered.add(names[0])
            if len(words_of(name)) == 1 or name == names[0]:
                self.called.setdefault(plain(name), set()).add(names[0])
            for turn in turned(name):
                self.turns.setdefault(turn, set()).add(names[0])
            for word in words_of(name):
                self.words.setdefault(word, set()).add(names[0])

    def named(self, name):
        """The students who are called so, from the first letter to the last.

        A login `wangli` is no better than the name Li Wang, which a platform writes so, too.
        """
        return self.turns.get(plain(name), set())

    def meant(self, name):
        """The students whom a word of a name may mean; it is clear only if it is one."""
        words = words_of(name)
        named = {word: self.named(word) for word in words}
        sharing = {word: named[word] | self.words.get(word, set()) for word in words}
        possible = set().union(*sharing.values())
        deciding = [
            word for word in words
            if len(sharing[word]) == 1 and not (word.isdigit() and len(word) < COUNTS)
        ]  # fmt: skip
        candidates = set().union(*(named[word] for word in deciding))
        if not candidates:
            return possible if len(possible) > 1 else set()
        foreign = [word for word in words if not candidates & sharing[word]]
        if any(sharing[word] for word in foreign):
            return possible
        # One word alone, beside one that nobody on the roster has, may be a stranger's surname.
        own = {word for word in words if sharing[word] == candidates}
        alone = len(own) == 1 and not min(own).isdigit()
        if alone and not all(map(SAID.fullmatch, foreign)):
            return set()
        return candidates


def read(path):
    """The roster from a table, its heading left out."""
    made, lines, owners = Roster(), {}, {}
    for row in textfile.rows(path)[1:]:
        names = [name.strip() for name in row if name.strip()]
        if names and not row[0].strip():
            raise SystemExit(f"{path}: no student in the first column, but {names[0]} beside it")
        if not names or lines.get(names[0]) == names:
            continue
        if names[0] in lines:
            raise SystemExit(f"{path}: two lines for {names[0]}; the first column is the student")
        lines[names[0]] = names
        made.add(names)
        for name in names:
            owners.setdefault(plain(name), set()).add(names[0])
    if not lines:
        raise SystemExit(f"{path}: no students below the heading")
    for names in lines.values():
        # Two students may share a full name, but no number, no login, and not the first column.
        for name in (n for n in names if len(words_of(n)) == 1 or n == names[0]):
            if len(owners[plain(name)]) > 1:
                raise SystemExit(
                    f"{path}: {name} belongs to two students. A column of groups has no place in a "
                    "roster; first and last names belong into one column."
                )
    return made
