"""Find the submissions in what a learning platform delivers, and say what was left out.

    Moodle      Ada Lovelace_1234_assignsubmission_file_/ps1.ipynb      (or one flat name)
    Canvas      lovelaceada_LATE_5678_9012_ps1-1.ipynb
    Blackboard  PS1_alovelace_attempt_2026-11-20-23-10-05_ps1.ipynb
    nbgrader    alovelace/ps1/ps1.ipynb
    by hand     curie_4711_ps1.ipynb

Zips are opened where they lie (`unpack`); one that is named as above belongs to that student. A
roster (`roster`) joins the different names that one student has on one platform.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from os.path import commonpath, dirname, isdir, islink  # False, too, where one may not look
from pathlib import Path

from . import notebook
from . import roster as rosters
from .roster import plain
from .unpack import is_silent, unpack

MOODLE = re.compile(
    r"^(?P<who>.+?)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<rest>.*)$"
)
# A name run together, or anything beside Canvas's own word; one digit tells namesakes apart.
CANVAS = re.compile(
    r"^(?P<who>[^_\d\s]+\d?|[^_\s]*[^\W\d_][^_\s]*(?=_LATE_))_(?P<late>LATE_)?"
    r"(?P<id>\d+)_(?P<number>\d{3,})_(?P<rest>.*)$"
)
BLACKBOARD = re.compile(
    r"^(?P<title>.+?)_(?P<who>[^_]+)_attempt_(?P<when>\d{4}(?:-\d\d){5})_?(?P<rest>.*)$"
)
MOODLE_FOLDER = "_assignsubmission_file_"  # under which Moodle takes feedback
HIDDEN = re.compile(r"Participant \d+")
# As Jupyter, browsers, Windows and macOS call one.
COPY = re.compile(r"(-Copy\d+|-checkpoint| ?\(\d+\)| - (Copy|Kopie)| copy( \d+)?)+$", re.IGNORECASE)
MEND = "put it into a folder named as the student's number, or login, on the roster"
ATTEMPTS = 3  # of Canvas's, which gives the last alone: more are a class's under one name
NUMBERED = re.compile(r" ?\(\d+\)$")  # as a browser names a file that it has saved before


@dataclass(frozen=True)
class Found:
    """A submission: whose, to what, where; what the platform called it, and when it came."""

    student: str
    assignment: str | None
    path: Path
    origin: str = ""
    number: str = ""  # the student's, at Canvas
    late: bool = False
    order: tuple = ()  # of several attempts the highest counts
    work: str = ""  # the file's own name behind the platform's: attempts are at one file
    place: str = ""  # the path as delivered, in which a zip is a folder
    exact: bool = False  # a folder's name, or Blackboard's: a login, if one is called so
    outer: tuple = ()  # names that tell the student before `student` does, if a roster has them


def delivered(path):
    """A folder, or a zip, as a platform delivers it; raises `SystemExit` for anything else."""
    path = Path(path)
    try:
        if path.is_dir():
            next(path.iterdir(), None)
        elif path.is_file() and path.suffix.lower() == ".zip":
            path.open("rb").close()
        else:
            raise SystemExit(f"{path} is neither a folder nor a zip")
    except OSError as error:
        raise SystemExit(f"{path}: {error.strerror}") from error
    return path


def bare(name):
    """A file's name without `.ipynb` or `.zip`."""
    return re.sub(r"(\.(ipynb|zip))+$", "", name, flags=re.IGNORECASE)


def is_zip(name):
    """Whether a part of a path is called like a zip."""
    return name.lower().endswith(".zip")


def key_of(part, keys):
    """The problem set of which a folder bears the name, or None."""
    return next((key for key in keys if key.lower() == part.lower()), None)


def longest_first(keys):
    """The sets' names in the order to look for them: one may begin another, as ps1 ps1-bonus."""
    return sorted(keys, key=len, reverse=True)


def who_in(name, keys):
    """A student's name in a file's: what is left without the set and the numbers of copies."""
    name = NUMBERED.sub("", name)
    for key in map(re.escape, longest_first(keys)):
        match = re.search(rf"(?:^|[\s_.-]+){key}(?:-\d$|[\s_.-]+|$)", name, re.IGNORECASE)
        if match:
            name = "_".join(filter(None, (name[: match.start()], name[match.end() :])))
            break
    return NUMBERED.sub("", name)


def set_of(path, parts, keys):
    """The problem set from the names of a notebook, its zips, its folders; else from its cells."""
    folders = [part for part in parts[:-1] if key_of(part, keys)]
    for part in [parts[-1], *filter(is_zip, reversed(parts[:-1])), *folders]:
        if name := set_in(part, keys):
            return name
    try:
        cells = {cell.name for cell in notebook.read_submission(path)}
    except notebook.Unreadable:
        return None
    shared = {name: sum(c.name in cells for c in key.questions) for name, key in keys.items()}
    best = max(shared, key=shared.get)
    return best if shared[best] else None


def set_in(part, keys):
    """The problem set that one name names, or None."""
    match = BLACKBOARD.match(bare(part))
    for text in (match["rest"], match["title"]) if match else (bare(part),):
        for name in longest_first(keys):
            if re.search(rf"(?<![a-z0-9]){re.escape(name)}(?![0-9])", text, re.IGNORECASE):
                return name
    return None


def recognise(path, parts, keys):
    """A `Found` from a notebook and the `parts` of its path as delivered.

    From the outside in the first name that a platform gave decides: what lies further inside was
    named by a student, who may have written another's name.
    """
    for place, part in enumerate(parts):
        if one := by_platform(part, is_zip(part) or place == len(parts) - 1, keys):
            above = [who_in(bare(p), keys) if is_zip(p) else p for p in parts[:place]]
            outer = (*filter(None, above), *one.outer)
            return replace(one, assignment=set_of(path, parts, keys), path=path, outer=outer)
    return by_hand(path, parts, keys)


def by_platform(name, is_file, keys):
    """A `Found` from the name that a platform gave to a folder, a notebook or a zip, or None."""
    stem = bare(name) if is_file else name
    if match := MOODLE.match(stem):
        # Where names are hidden all are called Participant, and the number tells them apart.
        hidden = match["who"] == "Participant"
        student = f"Participant {match['id']}" if hidden else match["who"]
        return Found(student, None, None, f"{match['who']}_{match['id']}{MOODLE_FOLDER}")
    if is_file and (match := BLACKBOARD.match(stem)):
        # A login may hold the sign that parts it from the title: a roster knows, longest first.
        both = f"{match['title']}_{match['who']}"
        logins = tuple(both[sign.end() :] for sign in re.finditer("_", both))
        order = (match["when"],)
        return Found(match["who"], None, None, both, order=order, exact=True, outer=logins)
    # A name with capitals is a course's, as in `ML_2026_4711_ps1`: Canvas writes none.
    match = CANVAS.match(stem) if is_file else None
    if match and match["who"] == match["who"].lower() and not key_of(match["who"], keys):
        work, again = re.fullmatch(r"(.*?)(?:-(\d+))?", match["rest"]).groups()
        order = (int(match["number"]), int(again or 0))
        late, number = bool(match["late"]), match["id"]
        return Found(match["who"], None, None, name, number, late, order, work)
    return None


def by_hand(path, parts, keys):
    """A `Found` from names that a person gave: the outermost that is more than a set's."""
    own = who_in(bare(parts[-1]), keys)
    if len(parts) == 1:
        student = own or bare(parts[0])
        return Found(student, set_of(path, parts, keys), path)
    inside = next((key for part in parts[:-1] if (key := key_of(part, keys))), None)
    around = [who_in(bare(part), keys) if is_zip(part) else part for part in parts[:-1]]
    named = [who for who in (*around, own) if who and not key_of(who, keys)]
    student = named[0] if named else bare(parts[-1])
    exact = student in parts[:-1]
    return Found(student, inside or set_of(path, parts, keys), path, exact=exact)


def delivered_files(submitted, scratch):
    """All notebooks as (path, parts of the path as delivered) pairs, and notes on the rest."""
    files, notes = unpack(submitted, scratch) if scratch else ([], [])
    for path in sorted(walk(submitted)) if submitted.is_dir() else ():
        parts = path.relative_to(submitted).parts
        if path.suffix.lower() == ".ipynb":
            files.append((path, parts))
        elif not is_zip(path.name) and path.name != "timestamp.txt":
            why = ": a link" if islink(path) else ": cannot be read" if isdir(path) else ""
            notes.append(f"ignored: {'/'.join(parts)}{why}")
    return files, notes


def unwrapped(files, keys, known):
    """The files' paths without the folders and zips around a class, and a line for each of these.

    The name of such a folder would be everyone's; what it says of the set is not lost.
    """
    notes = []
    while tops := wrappers(files, keys, known):
        notes += [f"taken for a class's, not for a student's: {top}" for top in sorted(tops)]
        files = [(path, without(parts, tops, keys)) for path, parts in files]
    return files, notes


def without(parts, tops, keys):
    """A path without its outermost name, if that is one of these."""
    head, rest = top_of(parts, keys)
    return (*head[:-1], *rest) if head[-1] in tops else parts


def top_of(parts, keys):
    """A path's outermost name, with the folder of a set before it, and the rest."""
    place = 2 if len(parts) > 2 and key_of(parts[0], keys) else 1
    return parts[:place], parts[place:]


def wrappers(files, keys, known):
    """The outermost folders and zips that hold a class, and are not a student's.

    They hold nbgrader's tree, or two students of the roster; or, without a roster, they lie alone
    and have several names in them. What the roster knows by its own name is a student's.
    """
    tops, found = {}, set()
    for path, parts in files:
        head, rest = top_of(parts, keys)
        if rest:
            tops.setdefault(head[-1], []).append((path, rest))
    alone = len({top_of(parts, keys)[0][-1] for _, parts in files}) == 1
    for top, inside in tops.items():
        own = who_in(bare(top), keys) if is_zip(top) else top
        is_known = len(known.named(own) or known.meant(own)) == 1
        if is_known or key_of(top, keys) or by_platform(top, is_zip(top), keys):
            continue
        tree = {parts[0] for _, parts in inside if len(parts) == 3 and key_of(parts[1], keys)}
        if known.students:
            told = {student_inside(parts, keys, known) for _, parts in inside} - {None}
        else:
            told = {by_hand(path, parts, keys).student for path, parts in inside if alone}
            told = {name for name in told if who_in(name, keys)}
        if any(not any(who_in(bare(part), keys) for part in parts) for _, parts in inside):
            told = set()  # a notebook of no name is of the one whose folder it is
        if max(len(tree), len(told)) > 1:
            found.add(top)
    return found


def student_inside(parts, keys, known):
    """The student on the roster whom the outermost clear name of a path means, or None."""
    for part in parts:
        name = who_in(bare(part), keys)
        owners = known.named(name) or known.meant(name)
        if len(owners) == 1:
            return min(owners)
    return None


def find(submitted, keys, roster=None, scratch=None):
    """The submissions below `submitted`, in order, and a line for each thing that is not one."""
    submitted = Path(submitted)
    files, notes = delivered_files(submitted, Path(scratch) if scratch else None)
    known = rosters.read(roster) if roster else rosters.Roster()
    inside, remarks = unwrapped(files, keys, known)
    notes += remarks
    found = []
    for (path, parts), (_, inner) in zip(files, inside, strict=True):
        one = recognise(path, inner, keys)
        # Two ways to write one accent are one name.
        student = unicodedata.normalize("NFC", one.student)
        assignment = one.assignment or set_of(path, parts, keys)
        found.append(replace(one, student=student, assignment=assignment, place="/".join(parts)))
        called = set_in(parts[-1], keys)
        if called and one.assignment and called != one.assignment:
            notes.append(f"taken for {one.assignment}, as its folder is: {found[-1].place}")
    if submitted.is_dir():
        found += empty_folders(submitted, keys, found)
    if roster:
        found, remarks = on_roster(found, known)
        notes += remarks
    handed_in = {(one.student, one.assignment) for one in found}
    found, replaced = latest(found, known.students)
    notes += replaced
    notes += [f"late, says the platform: {o.student}, {o.assignment}" for o in found if o.late]
    for name in sorted({one.assignment for one in found if one.assignment}):
        missing = [who for who in known.students if (who, name) not in handed_in]
        notes += [f"missing: {name} of {who}" for who in missing]
    return found, notes


def on_roster(found, known):
    """The submissions under the roster's names, where these are clear, and notes on the others."""
    made, notes = [], []
    numbers = {one.number for one in found if one.number}
    # Where fewer than half are on the roster, its numbers are of another kind, or a few by chance.
    shared = 2 * sum(bool(known.named(number)) for number in numbers) >= len(numbers) > 0
    if numbers and known.numbered and not shared:
        notes.append("names alone decide: few or none of Canvas's numbers are on the roster")
    for one in found:
        who, remark = whose(one, known, shared)
        # Of a name that is nobody's, or several's, nothing is an earlier attempt.
        # And it must not be called as somebody on the roster, who would have its mark.
        kept = f"{one.student} (unclear)" if one.student in known.students else one.student
        made.append(replace(one, student=who) if who else replace(one, student=kept, order=()))
        if remark and remark not in notes:
            notes.append(remark)
    return made, notes


def whose(one, known, numbers_count):
    """The student on the roster whom a submission's name means, or None; and what is to be said.

    A folder's name comes first, so that an instructor has the last word; then a whole name, then
    a word of it.
    """
    outer = [known.called.get(plain(name)) or known.named(name) for name in one.outer]
    for owners in outer:
        if len(owners) == 1:
            return min(owners), None
    by_name, by_number = known.named(one.student), known.named(one.number)
    if one.exact:  # a folder's name or Blackboard's: no platform runs a name together there
        by_name = known.called.get(plain(one.student)) or by_name
    if by_name and by_number and not by_name & by_number:
        return None, unclear(one, by_name | by_number)
    if numbers_count and one.number and not by_number and by_name and by_name <= known.numbered:
        return None, unclear(one, by_name, f" by name, but the number {one.number} is nobody's")
    if by_number and not by_name and not numbers_count:  # which may be so by chance
        return None, unclear(one, by_number, f" by the number {one.number} alone")
    tries = [*outer, by_name, by_number]
    if not HIDDEN.fullmatch(one.student):  # whose number is Moodle's own
        tries.append(known.meant(one.student))
    for owners in tries:
        if len(owners) == 1:
            return min(owners), None
    if any(tries):
        return None, unclear(one, next(filter(None, tries)))
    remark = f"not on the roster: {one.student} ({one.place}); add the name, or {MEND}"
    return None, remark


def unclear(one, owners, why=""):
    """A line on a submission that may be that of several, and on what there is to do."""
    return (
        f"unclear, so kept as delivered: {one.student} ({one.place}) may be "
        f"{', '.join(sorted(owners))}{why}; {MEND}"
    )


def walk(top):
    """All files below a folder, and folders that cannot be read; links are not followed."""
    try:
        inside = [path for path in top.iterdir() if not is_silent(path.name)]
    except PermissionError:
        yield top
        return
    for path in inside:
        if isdir(path) and not islink(path):
            yield from walk(path)
        else:
            yield path


def empty_folders(submitted, keys, found):
    """nbgrader's folder of a student and a set, without a notebook: nothing was handed in."""
    made = []
    folders = [path for path in submitted.iterdir() if isdir(path) and not islink(path)]
    for student in sorted(p for p in folders if not by_platform(p.name, False, keys)):
        for name in sorted(keys):
            folder, place = student / name, f"{student.name}/{name}/"
            handed_in = any(one.place.startswith(place) for one in found)
            if isdir(folder) and not islink(folder) and not handed_in:
                path = folder / f"{name}.ipynb"
                who = unicodedata.normalize("NFC", student.name)
                made.append(Found(who, name, path, place=f"{place}{name}.ipynb"))
    return made


def latest(found, students=()):
    """Of several attempts the last, where the platform numbers them; else all, told apart."""
    groups, notes, kept = {}, [], []
    for one in found:
        groups.setdefault((one.student, one.assignment), []).append(one)
    for (student, name), group in groups.items():
        earlier = [one for one in group if name and is_earlier(one, group)]
        if group[0].number and student not in students and len(earlier) >= ATTEMPTS:
            earlier = []
        notes += [f"earlier attempt of {student}, {name}: {one.place}" for one in earlier]
        group = [one for one in group if one not in earlier]
        if len(group) > 1 and name:
            copies = [one for one in group if is_copy(one, name, group)]
            notes += [
                f"ignored, a copy beside {name}.ipynb of {student}: {o.place}" for o in copies
            ]
            group = [one for one in group if one not in copies]
        if len(group) > 1:
            labels = told_apart(group)
            group = [
                replace(one, student=f"{student} ({label})")
                for one, label in zip(group, labels, strict=True)
            ]
            notes += [f"more than one notebook: {one.student}" for one in group]
        kept += group
    return sorted(kept, key=lambda one: (one.student, one.assignment or "")), notes


def is_earlier(one, group):
    """Whether a later attempt of one account lies beside it; two accounts may share a name."""
    account = account_of(one)
    others = [other for other in group if one.order and account == account_of(other)]
    return any(one.order < other.order for other in others)


def account_of(one):
    """What attempts at one file share: Canvas's number, or Blackboard's name for them."""
    return one.number or one.origin, one.outer, one.work


def is_copy(one, name, group):
    """Whether a notebook is called a copy of the set's, which lies beside it, and is one."""
    beside = {o.path.name: o.path for o in group if o.path.parent == one.path.parent}
    first, stem = beside.get(f"{name}.ipynb"), bare(one.path.name)
    if not first or stem == name or COPY.sub("", stem) != name:
        return False
    return cells(first) == cells(one.path) != []


def cells(path):
    """The kind, name and text of a notebook's cells; nothing of what is none."""
    try:
        return [(cell.kind, cell.name, cell.source) for cell in notebook.read_submission(path)]
    except notebook.Unreadable:
        return []


def of_another_set(one, keys):
    """The set whose cells a notebook has, where its name is another set's."""
    found = {name for _, name, _ in cells(one.path)}
    shares = {
        name: len(found & {cell.name for cell in key.cells}) / len(key.cells)
        for name, key in keys.items()
    }
    best = max(shares, key=shares.get)
    return best if shares[best] > 0.5 > shares[one.assignment] else ""


def told_apart(group):
    """A name for each of several notebooks: the file's or, where that is shared, its path."""
    names = [one.path.name for one in group]
    if len(set(names)) == len(names):
        return names
    common = commonpath([dirname(one.place) for one in group])
    return [one.place.removeprefix(f"{common}/") for one in group]
