"""Find the submissions in what a learning platform delivers, and say what was left out.

    Moodle      Ada Lovelace_1234_assignsubmission_file_/ps1.ipynb      (or one flat name)
    Canvas      lovelaceada_LATE_5678_9012_ps1-1.ipynb
    Blackboard  PS1_alovelace_attempt_2026-11-20-23-10-05_ps1.ipynb
    nbgrader    alovelace/ps1/ps1.ipynb
    by hand     curie_4711_ps1.ipynb

Zips are opened where they lie. A roster, a table whose first column names the student and whose
further columns hold whatever else the student is called there (numbers, logins, full names), joins
the different names that one student has on one platform.
"""

import re
import shutil
import unicodedata
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

from . import notebook, textfile

MOODLE = re.compile(
    r"^(?P<who>.+?)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<rest>.*)$"
)
CANVAS = re.compile(r"^(?P<who>[^_]+)_(?P<late>LATE_)?(?P<id>\d+)_(?P<number>\d+)_(?P<rest>.*)$")
BLACKBOARD = re.compile(
    r"^(?P<title>.+?)_(?P<who>[^_]+)_attempt_(?P<when>\d{4}(?:-\d\d){5})_?(?P<rest>.*)$"
)
NUMBERED = re.compile(r" ?\(\d+\)$")  # as a browser names a file that it has saved before
SILENT = ("__MACOSX", ".ipynb_checkpoints", ".DS_Store")
MOST = 5000  # notebooks in one zip


@dataclass(frozen=True)
class Found:
    """A submission: whose, to what, where; what the platform called it, and when it came."""

    student: str
    assignment: str | None
    path: Path
    origin: str = ""
    late: bool = False
    order: tuple = ()  # of several attempts the highest counts


def delivered(path):
    """A folder, or a zip, as a platform delivers it; raises `SystemExit` for anything else."""
    path = Path(path)
    if not path.is_dir() and not (path.is_file() and path.suffix.lower() == ".zip"):
        raise SystemExit(f"{path} is neither a folder nor a zip")
    return path


def plain(text):
    """A name for comparing: no case, accents or punctuation."""
    text = unicodedata.normalize("NFKD", str(text).casefold())
    return "".join(character for character in text if character.isalnum())


def read_roster(path):
    """From each name that a student goes by to the student, and all students in order."""
    aliases, students = {}, []
    for row in textfile.rows(path)[1:]:
        names = [name.strip() for name in row if name.strip()]
        if names:
            students.append(names[0])
            for name in names:
                if aliases.setdefault(plain(name), names[0]) != names[0]:
                    raise SystemExit(f"{path}: {name} belongs to two students")
    return aliases, students


def unpack(submitted, folder):
    """Copy the notebooks of all zips below `submitted` to `folder`; notes on what was left out."""
    notes = []
    archives = [submitted] if submitted.is_file() else sorted(submitted.rglob("*"))
    for archive in archives:
        if archive.suffix.lower() != ".zip" or not archive.is_file() or archive.is_symlink():
            continue
        inside = "" if archive == submitted else str(archive.parent.relative_to(submitted))
        try:
            with zipfile.ZipFile(archive) as opened:
                members = [m for m in opened.infolist() if not m.is_dir()]
                for number, member in enumerate(members):
                    name = Path(member.filename)
                    if any(part in SILENT for part in name.parts):
                        continue
                    wanted = name.suffix.lower() == ".ipynb" and ".." not in name.parts
                    if not wanted or number >= MOST:
                        notes.append(f"ignored: {archive.name}: {member.filename}")
                        continue
                    target = (
                        folder / inside / Path(*[p for p in name.parts if p not in ("/", "\\")])
                    )
                    target.parent.mkdir(parents=True, exist_ok=True)
                    with opened.open(member) as source, open(target, "wb") as out:
                        shutil.copyfileobj(_Bounded(source), out)
        except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
            notes.append(f"ignored: {archive.name}: {error or 'not a zip'}")
    return notes


class _Bounded:
    """A file of which no more is read than a notebook may hold, whatever its zip promises."""

    def __init__(self, file):
        self.file, self.left = file, notebook.MAX_FILE + 1

    def read(self, size):
        part = self.file.read(min(size, self.left))
        self.left -= len(part)
        return part


def name_parts(path, keys):
    """The student and the problem set from a file's name; the set, failing that, from its cells."""
    for name in sorted(keys):
        match = re.search(rf"(?:^|[\s_.-]+){name}(?:[\s_.-]+|$)", path.stem, re.IGNORECASE)
        if match:
            rest = f"{path.stem[: match.start()]} {path.stem[match.end() :]}".strip()
            return NUMBERED.sub("", rest) or path.stem, name
    return NUMBERED.sub("", path.stem) or path.stem, set_of(path, keys)


def set_of(path, keys):
    """The problem set from a notebook's name or, failing that, from its cells."""
    for name in sorted(keys):
        if re.search(rf"(?<![a-z0-9]){name}(?![0-9])", path.stem, re.IGNORECASE):
            return name
    try:
        cells = {cell.name for cell in notebook.read_submission(path)}
    except notebook.Unreadable:
        return None
    shared = {name: sum(cell.name in cells for cell in key.questions) for name, key in keys.items()}
    best = max(shared, key=shared.get)
    return best if shared[best] else None


def recognise(path, parts, keys):
    """A `Found` from a notebook's path, whose `parts` lie below the collected folder."""
    for text, is_file in ((parts[0], len(parts) == 1), (parts[-1], True)):
        stem = text[: -len(".ipynb")] if is_file and text.lower().endswith(".ipynb") else text
        if match := MOODLE.match(stem):
            return Found(match["who"], set_of(path, keys), path, f"{match['who']}_{match['id']}")
        if is_file and (match := BLACKBOARD.match(stem)):
            name = set_of(Path(match["rest"] or match["title"]), keys) or set_of(path, keys)
            return Found(match["who"], name, path, stem, order=(match["when"],))
        if is_file and (match := CANVAS.match(stem)):
            again = re.search(r"-(\d+)$", match["rest"])
            order = (int(match["number"]), int(again[1]) if again else 0)
            name = set_of(path, keys)
            return Found(match["who"], name, path, match["id"], bool(match["late"]), order)
    if len(parts) == 1:
        student, name = name_parts(path, keys)
        return Found(student, name, path, student)
    folders = [part for part in parts[:-1] if part.lower() not in keys]
    inside = next((part.lower() for part in parts[:-1] if part.lower() in keys), None)
    return Found(folders[0] if folders else path.stem, inside or set_of(path, keys), path)


def find(submitted, keys, roster=None, scratch=None):
    """The submissions below `submitted`, in order, and a line for each thing that is not one."""
    submitted = Path(submitted)
    notes = unpack(submitted, Path(scratch)) if scratch else []
    found, tops = [], [submitted] if submitted.is_dir() else []
    for top in [*tops, *([Path(scratch)] if scratch else [])]:
        for path in sorted(walk(top)):
            parts = path.relative_to(top).parts
            if path.suffix.lower() == ".ipynb" and not path.is_dir():
                found.append(recognise(path, parts, keys))
            elif path.suffix.lower() != ".zip" and path.name not in ("timestamp.txt",):
                notes.append(f"ignored: {'/'.join(parts)}")
    if submitted.is_dir():
        found += empty_folders(submitted, keys, found)
    aliases, students = read_roster(roster) if roster else ({}, [])
    if roster:
        named = [(one, _who(one, aliases)) for one in found]
        notes += [f"not on the roster: {o.student} ({o.path.name})" for o, who in named if not who]
        found = [replace(one, student=who or one.student) for one, who in named]
    found, replaced = latest(found)
    notes += replaced
    notes += [f"late, says the platform: {o.student}, {o.assignment}" for o in found if o.late]
    for name in sorted({one.assignment for one in found if one.assignment}):
        handed_in = {one.student for one in found if one.assignment == name}
        notes += [f"missing: {name} of {who}" for who in students if who not in handed_in]
    return found, notes


def _who(one, aliases):
    """The student on the roster whom any part of a submission's name means."""
    parts = [one.student, one.origin, *re.split(r"[_\s]+", one.student), *one.origin.split("_")]
    return next((aliases[plain(part)] for part in parts if plain(part) in aliases), None)


def walk(top):
    """All files below a folder; links are files, and are not followed."""
    for path in top.iterdir():
        if path.name in SILENT:
            continue
        if path.is_dir() and not path.is_symlink():
            yield from walk(path)
        elif not path.is_dir() or path.suffix.lower() == ".ipynb":
            yield path


def empty_folders(submitted, keys, found):
    """nbgrader's folder of a student and a set, without a notebook: nothing was handed in."""
    have = {one.path.parent for one in found}
    made = []
    for student in sorted(p for p in submitted.iterdir() if p.is_dir() and not p.is_symlink()):
        for name in sorted(keys):
            folder = student / name
            if folder.is_dir() and not folder.is_symlink() and folder not in have:
                made.append(Found(student.name, name, folder / f"{name}.ipynb"))
    return made


def latest(found):
    """Of several attempts the last, where the platform numbers them; else all, told apart."""
    groups, notes, kept = {}, [], []
    for one in found:
        groups.setdefault((one.student, one.assignment), []).append(one)
    for (student, name), group in groups.items():
        if len(group) > 1 and all(one.order for one in group):
            group = sorted(group, key=lambda one: one.order)
            notes += [f"earlier attempt of {student}, {name}: {o.path.name}" for o in group[:-1]]
            group = group[-1:]
        elif len(group) > 1 and name:
            exact = [one for one in group if one.path.name == f"{name}.ipynb"]
            if len(exact) == 1 and len({one.path.parent for one in group}) == 1:
                notes += [f"ignored: {o.path.name} beside {name}.ipynb of {student}"
                          for o in group if o not in exact]  # fmt: skip
                group = exact
        if len(group) > 1:
            group = [replace(one, student=f"{student} ({one.path.name})") for one in group]
            notes += [f"more than one notebook: {one.student}" for one in group]
        kept += group
    return sorted(kept, key=lambda one: (one.student, one.assignment or "")), notes
