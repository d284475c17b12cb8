"""Fetch what the book serves itself: KaTeX's style and fonts, from the npm package.

The version is the one that sphinxcontrib-katex renders with; the archive's checksum is pinned. npm
comes with the Node wheel in the lock. Usage: python tools/assets.py FOLDER
"""

import hashlib
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from sphinxcontrib.katex import katex_version

SHA256 = {"0.16.22": "e9e0d167db3175481cbadaff38e8d90b130f6a3ddb451a47e43c577fd511f365"}


def fetch_katex(folder):
    """Put katex.min.css and its woff2 fonts into the folder, unless they are there."""
    target = folder / "katex"
    if (target / f"version-{katex_version}").exists():
        return
    npm = Path(sys.executable).with_name("npm")
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run(
            [npm, "pack", "--silent", f"katex@{katex_version}"],
            cwd=scratch, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        (archive,) = Path(scratch).glob("katex-*.tgz")
        found = hashlib.sha256(archive.read_bytes()).hexdigest()
        if found != SHA256.get(katex_version):
            sys.exit(f"katex {katex_version} has checksum {found}, which is not the pinned one")
        with tarfile.open(archive) as tar:
            tar.extractall(scratch, filter="data")
        dist = Path(scratch) / "package" / "dist"
        (target / "fonts").mkdir(parents=True, exist_ok=True)
        (target / "katex.min.css").write_bytes((dist / "katex.min.css").read_bytes())
        for font in (dist / "fonts").glob("*.woff2"):
            (target / "fonts" / font.name).write_bytes(font.read_bytes())
    (target / f"version-{katex_version}").touch()


if __name__ == "__main__":
    fetch_katex(Path(sys.argv[1]))
