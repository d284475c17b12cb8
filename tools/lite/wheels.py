"""Python for JupyterLite's kernel: the interpreter, wheels, and the lock that names them.

Pyodide's wheels are those that the pages run with, fetched and checked by ``tools.live``; the
kernel's own come from the package index, pinned by checksum in ``wheels.txt``; the book's package
is built from the tree. The kernel loads what a cell imports and the lock knows, with what that
depends on; what the lock does not know can be had from nowhere.
"""

import io
import json
import re
import sys
import tempfile
import zipfile
from pathlib import Path

from tools.live import fetch, slim, wheel

HERE = Path(__file__).parent
CORE = ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip"]
NOT_NEEDED = {"fonttools", "pytz"}  # Pyodide's lock says so of matplotlib, which draws without
DEPENDS = {
    "ipython": [
        "asttokens", "decorator", "executing", "ipython-pygments-lexers", "jedi",
        "matplotlib-inline", "prompt-toolkit", "pure-eval", "pygments", "stack-data", "traitlets",
        "wcwidth",
    ],
    "jedi": ["parso"],
    "ipywidgets": ["comm", "ipython", "traitlets"],
    "anywidget": ["ipywidgets", "psygnal", "typing-extensions"],
    "pyodide-kernel": ["comm", "ipykernel", "ipython"],
    "softmax-src": ["numpy"],
    "softmax-book-needs": ["anywidget", "matplotlib", "tqdm"],
}  # fmt: skip
MORE = ["micropip", "typing-extensions"]  # of Pyodide's wheels, beside what the pages use
IMPORTS = {"ipython": ["IPython"]}  # where it is not the name itself
# What the kernel starts with: the first cell of a chapter finds the book's package there.
AT_ONCE = ["comm", "ipykernel", "ipython", "jedi", "micropip", "numpy", "piplite", "pyodide-kernel"]
AT_ONCE += ["softmax-src"]
# Of jedi, which completes names, the stubs of other people's libraries: nine tenths of its weight.
LEFT_OUT = re.compile(r"jedi/third_party/(typeshed/stubs|django-stubs)/|.*/RECORD$|.*/tests?/")
# Of Pyodide's own wheels, what the pages do without as well. Of matplotlib and NumPy less, since
# there is no list of fonts made in advance, nor anything in f2py's place.
AS_ON_PAGES = {
    "contourpy",
    "packaging",
    "pillow",
    "python-dateutil",
    "scipy",
    "scikit-learn",
    "sympy",
}
MARKER = "softmax_book_needs-0.dist-info/METADATA"


def project(path):
    """Return the normalised name of a wheel's project."""
    return re.sub(r"[-_.]+", "-", path.name.split("-")[0]).lower()


def pure(folder):
    """Fetch the kernel's own wheels into a folder, each with the checksum that it must have."""
    command = [
        sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
        "--no-deps", "--require-hashes", "--only-binary", ":all:", "--implementation", "py",
        "--abi", "none", "--platform", "any", "--python-version", "3.14",
        "--dest", str(folder), "--requirement", str(HERE / "wheels.txt"),
    ]  # fmt: skip
    fetch.asked("pip", command)
    return sorted(Path(folder).glob("*.whl"))


def zipped(files):
    """Return {path: bytes} as a wheel, the same bytes at every build."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name), files[name], zipfile.ZIP_DEFLATED, 9)
    return buffer.getvalue()


def slimmed(path, pages=None):
    """Return a wheel's bytes without what nobody reads here: ``pages`` is its name on the pages."""
    with zipfile.ZipFile(path) as whole:
        files = {name: whole.read(name) for name in whole.namelist() if not name.endswith("/")}
    files = {name: data for name, data in files.items() if not LEFT_OUT.match(name)}
    if pages in AS_ON_PAGES | {"numpy", "matplotlib"}:
        about = {name: data for name, data in files.items() if ".dist-info/" in name}
        files = slim.kept(pages if pages in AS_ON_PAGES else None, path) | about
    return zipped(files)


def write(target, extension):
    """Write everything into a folder; ``extension`` is the kernel's, which brings two wheels."""
    target.mkdir(parents=True)
    core = fetch.core()
    for name in CORE:
        (target / name).write_bytes(core[name])
    whole = json.loads(core["pyodide-lock.json"])
    locked, packages = whole["packages"], {}

    def add(name, file, data, version, imports, depends):
        checksum = fetch.sha256(data)
        # In a folder of its own, so that a cache of last month's has no other file of this name.
        place = target / checksum[:8] / file
        place.parent.mkdir()
        place.write_bytes(data)
        packages[name] = {
            "name": name, "version": version, "file_name": f"{checksum[:8]}/{file}",
            "install_dir": "site", "sha256": checksum, "package_type": "package",
            "imports": imports, "depends": sorted(depends), "unvendored_tests": False,
        }  # fmt: skip

    with tempfile.TemporaryDirectory() as scratch:
        own = [*pure(scratch), wheel.build(f"{scratch}/own")]
        brought = ["ipykernel", "piplite", "pyodide-kernel"]
        own += [path for path in sorted(extension.rglob("*.whl")) if project(path) in brought]
        for path in own:
            name = project(path)
            imports = IMPORTS.get(name, [name.replace("-", "_")])
            version, depends = path.name.split("-")[1], DEPENDS.get(name, [])
            add(name, path.name, slimmed(path), version, imports, depends)
    for name in {*fetch.PACKAGES, *MORE} - {*packages}:  # what the kernel brings itself is newer
        path = fetch.fetch(fetch.wheel_name(name))
        entry = locked[name]
        depends = set(entry["depends"]) - NOT_NEEDED
        add(name, path.name, slimmed(path, name), entry["version"], entry["imports"], depends)
    # The book's package is there from the start; what its figures and widgets stand on comes with
    # the first cell that imports softmax_book, as the needs of a wheel in which there is nothing.
    nothing = zipped({MARKER: "Metadata-Version: 2.1\nName: softmax-book-needs\nVersion: 0\n"})
    file = "softmax_book_needs-0-py3-none-any.whl"
    needs = DEPENDS["softmax-book-needs"]
    add("softmax-book-needs", file, nothing, "0", ["softmax_book"], needs)
    text = json.dumps({"info": whole["info"], "packages": packages})
    (target / "pyodide-lock.json").write_text(text, encoding="utf-8")
