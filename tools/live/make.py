"""Make what the pages serve of Python: a few packs, compressed, each named by what is in it.

python -m tools.live.make FOLDER    (`make live` does)

A pack is read by the page's worker without a library: the length of a list as four bytes, the list
``[[path, size], ...]`` as JSON, then the files one after another; all of it gzipped here, since not
every static host compresses what it does not know. ``manifest.json`` names the packs with their
sizes and checksums, and so do the licences, which are kept beside them.
"""

import gzip
import io
import json
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from tools.live import fetch, slim, wheel

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
# What is fetched together. Each package belongs to the first pack that a cell's import asks for.
PACKS = {
    "numpy": ["numpy"],
    "traits": ["traitlets", "ipython", "tqdm"],
    "matplotlib": [
        "matplotlib", "contourpy", "cycler", "kiwisolver", "packaging", "pillow", "pyparsing",
        "python-dateutil", "six",
    ],
    "scipy": ["scipy"],
    "sklearn": ["scikit-learn", "joblib", "threadpoolctl"],
    "sympy": ["sympy", "mpmath"],
}  # fmt: skip
NEEDS = {
    "matplotlib": ["numpy"],
    "scipy": ["numpy", "library"],
    "sklearn": ["numpy", "library", "scipy"],
    "sympy": ["library"],
}
LICENCE = re.compile(r"(?i)(^|/)(licen[cs]e|copying|notice|license_)[^/]*$")
ABOUT = """What runs in the pages of this book, and its licences

CPython 3.14 for the browser is Pyodide {version}, under the Mozilla Public License 2.0; its source:
https://github.com/pyodide/pyodide/tree/{version}. CPython itself is under the Python Software
Foundation License: https://docs.python.org/3.14/license.html. The editor is CodeMirror, under the
MIT License: https://codemirror.net. The packages were slimmed (without tests, types, most fonts and
back ends, characters that few write, and matplotlib's docstrings) and compiled; nothing else in
them was changed.
Their licences follow.
"""


def packed(files):
    """Return files {path: bytes} as the worker reads them."""
    paths = sorted(files)
    listed = json.dumps([[path, len(files[path])] for path in paths], separators=(",", ":"))
    head = listed.encode()
    return b"".join([struct.pack("<I", len(head)), head, *(files[path] for path in paths)])


def stage_packages(core, folder):
    """Unpack what is kept into one folder a pack; return the licences as (package, text)."""
    licences = []
    found = fetch.wheels()
    for pack, packages in PACKS.items():
        for package in packages:
            for path, data in slim.kept(package, found[package]).items():
                if LICENCE.search(path):
                    licences.append((package, data.decode(errors="replace")))
                elif ".dist-info/" not in path or path.endswith("/METADATA"):
                    put(folder / pack / path, data)
    for path in (HERE / "site").rglob("*.py"):
        name = path.relative_to(HERE / "site")
        put(folder / ("numpy" if name.parts[0] == "numpy" else "traits") / name, path.read_bytes())
    with zipfile.ZipFile(io.BytesIO(core["python_stdlib.zip"])) as library:
        for info in library.infolist():
            if not info.is_dir() and not slim.STDLIB.match(info.filename):
                put(folder / "python" / info.filename, library.read(info))
    return licences


def put(path, data):
    """Write a file, and the folders that it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def files_in(folder):
    """Return {path: bytes} of a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def set_aside(library, rest):
    """Move the modules of Python's library that were not loaded: they come a little later."""
    for path in sorted(library.iterdir()):
        parts = [*path.rglob("*")] if path.is_dir() else [path]
        if not any(part.suffix == ".pyc" for part in parts):
            rest.mkdir(exist_ok=True)
            path.rename(rest / path.name)


def library(folder):
    """Return Python's own library as an archive that is not compressed within."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for path, data in sorted(files_in(folder).items()):
            archive.writestr(zipfile.ZipInfo(path), data)
    return buffer.getvalue()


def editor(target):
    """Bundle CodeMirror with what the page uses of it; npm checks its parts by our lock."""
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        for name in ("package.json", "package-lock.json", ".npmrc", "editor.mjs"):
            shutil.copy(HERE / "editor" / name, scratch)
        npm = Path(sys.executable).with_name("npm")
        quiet = ["--loglevel", "error", "--no-audit", "--no-fund"]
        fetch.asked("npm", [npm, "ci", *quiet], cwd=scratch)
        command = ["node_modules/.bin/esbuild", "editor.mjs", "--bundle", "--minify"]
        options = ["--format=esm", "--legal-comments=none", f"--outfile={target}"]
        subprocess.run([*command, *options, "--log-level=warning"], cwd=scratch, check=True)


def recipe(own):
    """Return the checksum of all that decides what is made: of the book's own package, or the rest.

    The book's package changes every day, the rest when somebody wants another Python.
    """
    base = ["fetch.py", "slim.py", "make.py", "compile.mjs", "loaded.py", "site", "editor"]
    parts = [ROOT / "softmax_src", ROOT / "softmax_book", HERE / "page"]
    parts = parts if own else [HERE / name for name in base]
    files = [
        path
        for part in parts
        for path in (part.rglob("*") if part.is_dir() else [part])
        if "__pycache__" not in path.parts
    ]
    known = {path.relative_to(ROOT).as_posix(): path for path in files if path.is_file()}
    texts = [name.encode() + known[name].read_bytes() for name in sorted(known)]
    return fetch.sha256(b"".join(texts))


def write_pack(folder, manifest, name, data):
    """Write a pack under a name that says what is in it, and note it."""
    small = gzip.compress(data, 9, mtime=0)
    stored = f"{name}-{fetch.sha256(small)[:12]}.bin"
    for old in folder.glob(f"{name}-*.bin"):
        old.unlink()
    (folder / stored).write_bytes(small)
    sizes = {"file": stored, "size": len(small), "whole": len(data)}
    manifest["packs"][name] = sizes | {"sha256": fetch.sha256(small)}


def compiled(core, stage):
    """Let Python for the browser compile what is on the stage."""
    home = stage.with_name("core")
    for name, data in core.items():
        put(home / name, data)
    node = Path(sys.executable).with_name("node")
    subprocess.run([node, HERE / "compile.mjs", home, stage, HERE / "loaded.py"], check=True)


def make_base(folder, core, manifest):
    """Make everything but the book's own package."""
    with tempfile.TemporaryDirectory() as scratch:
        stage = Path(scratch) / "stage"
        licences = stage_packages(core, stage)
        compiled(core, stage)
        set_aside(stage / "python", stage / "library")
        write_pack(folder, manifest, "python", library(stage / "python"))
        for name in ["library", *PACKS]:
            write_pack(folder, manifest, name, packed(files_in(stage / name)))
    write_pack(folder, manifest, "interpreter", core["pyodide.asm.wasm"])
    for name in ("pyodide", "pyodide.asm"):  # named so that every host knows them for scripts
        text = core[f"{name}.mjs"].decode().split("\n//# sourceMappingURL=")[0]
        (folder / f"{name}.js").write_text(text, encoding="utf-8")
        manifest["scripts"][f"{name}.js"] = fetch.sha256(text.encode())
    editor(folder / "editor.js")
    about = ABOUT.format(version=fetch.PYODIDE)
    texts = [about, *(f"{'-' * 78}\n{package}\n\n{text}" for package, text in licences)]
    (folder / "licences.txt").write_text("\n".join(texts), encoding="utf-8")


def make_own(folder, manifest):
    """Make the pack of the book's own package, and its wheel."""
    built = wheel.build(folder)
    with tempfile.TemporaryDirectory() as scratch, zipfile.ZipFile(built) as own:
        stage = Path(scratch) / "stage"
        for name in own.namelist():
            if ".dist-info/" not in name:
                put(stage / "softmax" / name, own.read(name))
        put(stage / "softmax" / "softmax_live.py", (HERE / "page" / "softmax_live.py").read_bytes())
        write_pack(folder, manifest, "softmax", packed(files_in(stage / "softmax")))


def base_of(made, core):
    """Return the folder of everything but the book's own package: made once, then kept."""
    kept = fetch.folder() / f"base-{made[:12]}"
    if not kept.exists():
        print("Making Python for the browser small (a minute or two, once) ...", file=sys.stderr)
        with tempfile.TemporaryDirectory(dir=fetch.folder()) as scratch:
            folder, manifest = Path(scratch) / "base", {"packs": {}, "scripts": {}}
            folder.mkdir()
            make_base(folder, core, manifest)
            (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
            folder.rename(kept)
    return kept


def make(folder):
    """Make what is not there, or not of today's sources."""
    listed = folder / "manifest.json"
    old = json.loads(listed.read_text(encoding="utf-8")) if listed.exists() else {}
    made = {"base": recipe(own=False), "own": recipe(own=True)}
    if old.get("made") == made:
        return
    core = fetch.core()
    kept = base_of(made["base"], core)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(kept, folder)
    manifest = json.loads(listed.read_text(encoding="utf-8"))
    info = json.loads(core["pyodide-lock.json"])["info"]
    manifest |= {"python": fetch.PYODIDE, "info": info, "needs": NEEDS, "made": made}
    make_own(folder, manifest)
    listed.write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    make(Path(sys.argv[1]).absolute())
