"""Fetch what the book serves itself, from npm packages: KaTeX's style and fonts, tippy's previews,
and FSRS, which spaces the questions.

KaTeX's version is the one that sphinxcontrib-katex renders with. Every checksum is pinned.
npm comes with the Node wheel in the lock. Usage: python tools/assets.py FOLDER [slides]
"""

import hashlib
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from sphinxcontrib.katex import katex_version

# package@version: (sha256 of its archive, {file or pattern in it: folder below ours})
PACKAGES = {
    f"katex@{katex_version}": (
        "e9e0d167db3175481cbadaff38e8d90b130f6a3ddb451a47e43c577fd511f365",
        {"dist/katex.min.css": "katex", "dist/fonts/*.woff2": "katex/fonts"},
    ),
    "@popperjs/core@2.11.8": (
        "8e09bdfa912035668e62cea61321bce27cbd011b85672055db25d271bd63af49",
        {"dist/umd/popper.min.js": "tippy"},
    ),
    "tippy.js@6.3.7": (
        "bf63cd2e158be2100078053f4c44f02ffec8fde7f30544270785d0f2eae02626",
        {"dist/tippy-bundle.umd.min.js": "tippy"},
    ),
    "ts-fsrs@5.4.2": (
        "f91a53b58c7269db5528ad420208217384be610a4146a137b85dcaa07e3301cb",
        {"dist/index.umd.js": "fsrs", "LICENSE": "fsrs"},
    ),
}

# What `make slides` needs in addition.
SLIDES = {
    "reveal.js@6.0.2": (
        "2f0c20bfb02447a198a1ebe8a8c097a5437d035caa38f2820bf4ba887a3eac91",
        {"dist/re*.css": "", "dist/reveal.js": "", "dist/plugin/notes.js": ""},
    ),
}


def fetch(packages, folder):
    """Put the wanted files of the packages into the folder, those that are not there."""
    missing = {p: wanted for p, wanted in packages.items() if not mark(p, folder).exists()}
    if not missing:
        return
    npm = Path(sys.executable).with_name("npm")
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run(  # all in one call: npm starts slowly
            [npm, "pack", "--silent", *missing], cwd=scratch, check=True, stdout=subprocess.DEVNULL
        )
        for package, (checksum, wanted) in missing.items():
            name = package.lstrip("@").replace("/", "-").replace("@", "-")
            unpack(package, Path(scratch) / f"{name}.tgz", checksum, wanted, folder)
            mark(package, folder).touch()


def mark(package, folder):
    """Return the file that says that the package is there."""
    return folder / f".{package.replace('/', '-')}"


def unpack(package, archive, checksum, wanted, folder):
    """Put the wanted files of an archive into the folder, if it is the pinned one."""
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != checksum:
        sys.exit(f"{package} has checksum {found}, which is not the pinned one")
    with tempfile.TemporaryDirectory() as scratch:
        with tarfile.open(archive) as tar:
            tar.extractall(scratch, filter="data")
        for pattern, place in wanted.items():
            (folder / place).mkdir(parents=True, exist_ok=True)
            for file in (Path(scratch) / "package").glob(pattern):
                (folder / place / file.name).write_bytes(file.read_bytes())


if __name__ == "__main__":
    fetch(SLIDES if sys.argv[2:] == ["slides"] else PACKAGES, Path(sys.argv[1]))
