"""Notebooks out of zips, and out of zips in zips, as students and platforms pack them.

Each zip is unpacked into a folder of its own, so that none writes over another's notebooks. With
each copy comes its path as delivered, in which a zip is a folder: `ada_ps1.zip/ps1.ipynb`.
"""

import contextlib
import lzma
import shutil
import tempfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from . import notebook

SILENT = ("__MACOSX", ".ipynb_checkpoints", ".DS_Store")
MOST = 5000  # notebooks in one zip
LARGEST = 200_000_000  # bytes of a zip in a zip
DEEPEST = 3  # zips in one another: the class's, a student's, one that the student put in there
BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError,
    RuntimeError, ValueError,
)  # fmt: skip


def unpack(submitted, folder):
    """Copy the notebooks of all zips to `folder`: (copy, path as delivered) pairs, and notes."""
    unpacked = _Unpacked(folder)
    for archive in [submitted] if submitted.is_file() else sorted(submitted.rglob("*")):
        parts = archive.relative_to(submitted).parts
        if archive.suffix.lower() != ".zip" or any(part in SILENT for part in parts):
            continue
        if archive.is_symlink():
            unpacked.notes.append(f"ignored: {'/'.join(parts) or archive.name}: a link")
        elif archive.is_file():
            unpacked.open(archive, parts, archive.name)
    return unpacked.files, unpacked.notes


class _Unpacked:
    """What has been copied so far, and what has not."""

    def __init__(self, folder):
        self.folder, self.files, self.notes, self.opened = Path(folder), [], [], 0

    def open(self, archive, parts, name, left=None, depth=1):
        """Copy what a zip holds; `left` counts how many more there may be, of one student."""
        self.opened += 1
        place = self.folder / str(self.opened)
        left = left or [MOST]
        try:
            with zipfile.ZipFile(archive) as opened:
                for member in reversed(opened.infolist()):  # of one name twice the last counts
                    names = names_of(member)
                    if member.is_dir() or not names or any(part in SILENT for part in names):
                        continue
                    said = f"{name}: {'/'.join(names)}"
                    kind = PurePosixPath(names[-1]).suffix.lower()
                    known = kind == ".ipynb" or (kind == ".zip" and depth < DEEPEST)
                    if not known or ".." in names or left[0] <= 0:
                        self.notes.append(f"ignored: {said}")
                        continue
                    left[0] -= 1
                    try:
                        with opened.open(member) as source:
                            if kind == ".ipynb":
                                self._copy(source, place, parts, names)
                            else:  # of the class's zip each zip in it is another student's
                                own = left if parts else None
                                self._open_inner(source, (*parts, *names), said, own, depth + 1)
                    except BROKEN as error:
                        self.notes.append(f"ignored: {said}: {error or 'broken'}")
        except BROKEN as error:
            self.notes.append(f"ignored: {name}: {error or 'not a zip'}")

    def _copy(self, source, place, parts, names):
        target = free(place.joinpath(*names))
        target.parent.mkdir(parents=True, exist_ok=True)
        with open(target, "wb") as out:
            self.files.append((target, (*parts, *names[:-1], target.name)))
            shutil.copyfileobj(_Bounded(source, notebook.MAX_FILE + 1), out)

    def _open_inner(self, source, parts, name, left, depth):
        with tempfile.TemporaryFile(dir=self.folder) as copy:
            shutil.copyfileobj(_Bounded(source, LARGEST), copy)
            self.open(copy, parts, name, left, depth)


def names_of(member):
    """A zip's entry as the names of its folders and its file, none of them absolute."""
    name = member.filename
    if not member.flag_bits & 0x800:  # macOS writes UTF-8, but does not say so
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    # Some programs on Windows separate folders as Windows does.
    return tuple(part for part in PurePosixPath(name.replace("\\", "/")).parts if part != "/")


def free(path):
    """The path, or the first with a number that is free: a zip may hold one name twice."""
    number, wanted = 1, path
    while path.exists():
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
