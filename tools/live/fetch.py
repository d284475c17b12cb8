"""Fetch CPython for the browser and its packages, and let nothing pass whose checksum is not known.

npm's package of Pyodide brings the interpreter and, in ``pyodide-lock.json``, the sha256 of every
wheel that was built with it. The wheels themselves come from whoever has them, since the checksum
decides: Pyodide's own release, or else a package that carries them, of which nothing but these
wheels is ever unpacked. What was fetched is kept outside the tree, in ``~/.cache/softmax-live``.

python -m tools.live.fetch    prints where the files are
"""

import hashlib
import http.client
import json
import os
import subprocess
import sys
import tarfile
import urllib.request
import zipfile
from functools import cache
from pathlib import Path

PYODIDE = "314.0.3"
CORE = f"pyodide-{PYODIDE}.tgz"
# The package index has no wheel of NumPy for the browser yet. When it has (PEP 783), wheels come
# from there and the carrier goes: see contributing/python-in-the-page.md.
CARRIER = "open_webui-0.12.4-py3-none-any.whl"
RELEASE = f"https://cdn.jsdelivr.net/pyodide/v{PYODIDE}/full/"
CHECKSUMS = {
    CORE: "d7f7d24f8db486c7eda7280f3b0f7517524c8e43e8b086c6ee6ae8016658b484",
    # Not built for the browser: the package index has them for every machine.
    "traitlets-5.14.3-py3-none-any.whl": (
        "b74e89e397b1ed28cc831db7aea759ba6640cb3de13090ca145426688ff1ac4f"
    ),
    "tqdm-4.67.3-py3-none-any.whl": (
        "ee1e4c0e59148062281c49d80b25b67771a127c85fc9676d3be5f243206826bf"
    ),
    "ipython-9.12.0-py3-none-any.whl": (
        "0f2701e8ee86e117e37f50563205d36feaa259d2e08d4a6bc6b6d74b18ce128d"
    ),
}
# What a chapter may import. matplotlib names fonttools and pytz too; it needs the one to write PDF
# and the other not at all.
PACKAGES = [
    "numpy", "matplotlib", "contourpy", "cycler", "kiwisolver", "packaging", "pillow", "pyparsing",
    "python-dateutil", "six", "scipy", "scikit-learn", "joblib", "threadpoolctl", "sympy",
    "mpmath", "traitlets", "tqdm", "ipython",
]  # fmt: skip


def folder():
    """Return the folder of what was fetched, outside the tree."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    place = home / "softmax-live"
    place.mkdir(parents=True, exist_ok=True)
    return place


def sha256(data):
    """Return the checksum of some bytes, as locks write it."""
    return hashlib.sha256(data).hexdigest()


def asked(who, command, **options):
    """Run a command that fetches; where it fails, stop with what it said."""
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode:
        said = (done.stderr or done.stdout).strip()[-600:]
        raise SystemExit(f"{who} could not fetch what Python in the browser needs:\n{said}")


def core():
    """Return {name: bytes} of npm's package: the interpreter, its library, its lock."""
    path = folder() / CORE
    if not path.exists() or sha256(path.read_bytes()) != CHECKSUMS[CORE]:
        npm = Path(sys.executable).with_name("npm")
        asked("npm", [npm, "pack", "--loglevel", "error", f"pyodide@{PYODIDE}"], cwd=folder())
    checked(CORE, path.read_bytes())
    with tarfile.open(path) as tar:
        return {Path(m.name).name: tar.extractfile(m).read() for m in tar if m.isfile()}


@cache
def lock():
    """Return the packages of Pyodide's lock: {name: its entry}."""
    return json.loads(core()["pyodide-lock.json"])["packages"]


def expected(name):
    """Return the checksum that a file must have, ours or that of Pyodide's lock."""
    locked = {entry["file_name"]: entry["sha256"] for entry in lock().values()}
    return CHECKSUMS.get(name) or locked[name]


def checked(name, data):
    """Return the bytes if they are what the name stands for; else stop."""
    wanted = CHECKSUMS[name] if name in CHECKSUMS else expected(name)
    if sha256(data) != wanted:
        raise ValueError(f"{name} has checksum {sha256(data)}, not {wanted}")
    return data


def from_release(name):
    """Return a wheel of Pyodide's own release; an OSError where the machine cannot reach it."""
    try:
        with urllib.request.urlopen(RELEASE + name, timeout=20) as answer:
            return answer.read()
    except http.client.HTTPException as error:  # which broke off in the middle
        raise OSError(f"{name} from Pyodide's release: {error!r}") from error


def from_index(name):
    """Return a wheel of the package index, through pip."""
    project, version = name.split("-")[:2]
    command = [
        sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
        "--no-deps", "--ignore-requires-python", "--only-binary", ":all:",
        "--dest", str(folder()), f"{project}=={version}",
    ]  # fmt: skip
    try:
        subprocess.run(command, check=True, capture_output=True)
    except subprocess.CalledProcessError as error:
        raise OSError(f"pip has no {name}: {error.stderr.decode()[-200:]}") from error
    return (folder() / name).read_bytes()


def from_carrier(name):
    """Return a wheel out of the package that carries it; nothing else of that one is read."""
    path = folder() / CARRIER
    if not path.exists():
        print("  ... out of a package of 106 MB, once", file=sys.stderr)
        from_index(CARRIER)
    with zipfile.ZipFile(path) as carrier:
        try:
            return carrier.read(f"open_webui/frontend/pyodide/{name}")
        except KeyError:
            raise OSError(f"the carrier has no {name}") from None


SOURCES = [from_release, from_carrier]


def fetch(name):
    """Return the path of a file that is there and is what it should be."""
    path = folder() / name
    if path.exists() and sha256(path.read_bytes()) == expected(name):
        return path
    print(f"Fetching {name} ...", file=sys.stderr)
    failures = []
    for source in [from_index] if name in CHECKSUMS else list(SOURCES):
        try:
            data = checked(name, source(name))
        except (OSError, ValueError) as error:  # not there, or not what it should be
            failures.append(str(error))
            if source is from_release and not isinstance(error, ValueError):
                SOURCES.remove(source)  # not asked again for every file
        else:
            path.write_bytes(data)
            return path
    path.unlink(missing_ok=True)
    raise SystemExit(f"{name} could not be had:\n  " + "\n  ".join(failures))


def wheel_name(package):
    """Return the file's name of a package's wheel."""
    named = [name for name in CHECKSUMS if name.startswith(f"{package}-") and name != CORE]
    return named[0] if named else lock()[package]["file_name"]


def wheels():
    """Return {package: path} of all wheels, checked."""
    return {package: fetch(wheel_name(package)) for package in PACKAGES}


if __name__ == "__main__":
    print(*[folder() / CORE, *wheels().values()], sep="\n")
