"""Notebooks out of zips, and out of zips in zips, as students and platforms pack them.

Each zip is unpacked into a folder of its own, so that none writes over another's notebooks. With
each copy comes its path as delivered, in which a zip is a folder: `ada_ps1.zip/ps1.ipynb`.
"""

import contextlib
import lzma
import math
import shutil
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from os.path import isdir, isfile, islink  # False, too, where one may not look
from pathlib import Path, PurePosixPath

from . import notebook

MOST = 5000  # notebooks in one zip
LARGEST = 200_000_000  # bytes of a zip in a zip
WHOLE = 1_000_000_000  # bytes of all notebooks in a zip, but for the class's
DEEPEST = 3  # zips in one another: the class's, a student's, one that the student put in there
BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError,
    RuntimeError, ValueError, IndexError,
)  # fmt: skip


def is_silent(name):
    """Whether a folder or file is what systems and editors leave, which nobody hands in."""
    return name in ("__MACOSX", ".ipynb_checkpoints", ".DS_Store") or name.startswith("._")


def unpack(submitted, folder):
    """Copy the notebooks of all zips to `folder`: (copy, path as delivered) pairs, and notes."""
    unpacked = _Unpacked(folder)
    for archive in [submitted] if submitted.is_file() else sorted(submitted.rglob("*")):
        parts = archive.relative_to(submitted).parts
        if archive.suffix.lower() != ".zip" or any(map(is_silent, parts)):
            continue
        # A class's zip holds what all of them handed in.
        left = _Left(MOST, WHOLE if parts else math.inf)
        if islink(archive) or not (isfile(archive) or isdir(archive)):
            unpacked.leave_out("/".join(parts) or archive.name, "a link, or no file")
        elif isfile(archive):
            unpacked.open(archive, parts, archive.name, left)
    return unpacked.files, unpacked.notes


@dataclass
class _Left:
    """How much more there may be in a student's zips."""

    notebooks: int
    size: float  # bytes


@dataclass
class _Zip:
    """An open zip: where its notebooks go, its path as delivered, and its name for a note."""

    file: zipfile.ZipFile
    place: Path
    parts: tuple
    name: str
    left: _Left
    depth: int


class _Unpacked:
    """What has been copied so far, and what has not."""

    def __init__(self, folder):
        self.folder, self.files, self.notes, self.opened = Path(folder), [], [], 0
        self.zips = set()  # those in zips, as delivered

    def leave_out(self, name, why=""):
        """A line on something that is not taken."""
        self.notes.append(f"ignored: {name}: {why}" if why else f"ignored: {name}")

    def open(self, archive, parts, name, left, depth=1):
        """Copy what a zip holds."""
        self.opened += 1
        before = len(self.files), len(self.notes)
        try:
            with zipfile.ZipFile(archive) as file:
                here = _Zip(file, self.folder / str(self.opened), parts, name, left, depth)
                for member in reversed(file.infolist()):  # of one name twice the last counts
                    names, is_folder = names_of(member), member.filename.endswith("/")
                    if not is_folder and not any(map(is_silent, names)):
                        self._take(here, member, names or ("a file without a name",))
        except BROKEN as error:
            self.leave_out(name, error or "not a zip")
        if before == (len(self.files), len(self.notes)):
            self.leave_out(name, "no notebook in it")

    def _take(self, here, member, names):
        """Copy a notebook, or open a zip; or say why not."""
        said = f"{here.name}: {'/'.join(names)}"
        kind = PurePosixPath(names[-1]).suffix.lower()
        if kind not in (".ipynb", ".zip"):
            self.leave_out(said)
        elif why := refused(here, names, kind):
            self.leave_out(said, why)
        else:
            here.left.notebooks -= 1
            try:
                with here.file.open(member) as source:
                    if kind == ".ipynb":
                        self._copy(here, source, names)
                    else:
                        self._open_inner(here, source, names, said)
            except BROKEN as error:
                self.leave_out(said, error or "broken")

    def _copy(self, here, source, names):
        target = free(here.place.joinpath(*names))
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with open(target, "wb") as out:
                self.files.append((target, (*here.parts, *names[:-1], target.name)))
                shutil.copyfileobj(_Bounded(source, notebook.MAX_FILE + 1), out)
        finally:  # of what breaks off, too, there is a part
            here.left.size -= target.stat().st_size if target.exists() else 0

    def _open_inner(self, here, source, names, said):
        # Of the class's zip each zip in it is another student's.
        left = here.left if here.parts else _Left(MOST, WHOLE)
        place = free(PurePosixPath(*here.parts, *names), self.zips.__contains__)
        self.zips.add(place)
        with tempfile.TemporaryFile(dir=self.folder) as copy:
            shutil.copyfileobj(_Bounded(source, LARGEST), copy)
            self.open(copy, place.parts, said, left, here.depth + 1)


def refused(here, names, kind):
    """Why a notebook or a zip in a zip is not taken; None if it is."""
    if ".." in names:
        return "leads outside"
    if kind == ".zip" and here.depth >= DEEPEST:
        return f"more than {DEEPEST} zips in one another"
    if here.left.notebooks <= 0:
        return f"more than {MOST} notebooks"
    return f"more than {WHOLE // 10**6} MB" if here.left.size <= 0 else None


def names_of(member):
    """A zip's entry as the names of its folders and its file, none of them absolute."""
    name = member.filename
    if not member.flag_bits & 0x800:  # macOS writes UTF-8, but does not say so
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    # Some programs on Windows separate folders as Windows does. Absolute is / and also //.
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return tuple(part for part in parts if part.strip("/"))


def free(path, is_taken=Path.exists):
    """The path, or the first with a number that is free: a zip may hold one name twice."""
    number, wanted = 1, path
    while is_taken(path):
        number += 1
        path = wanted.with_name(f"{wanted.stem} ({number}){wanted.suffix}")
    return path


class _Bounded:
    """A file of which no more is read than may be, whatever its zip promises."""

    def __init__(self, file, most):
        self.file, self.left = file, most

    def read(self, size):
        part = self.file.read(min(size, self.left))
        self.left -= len(part)
        return part
