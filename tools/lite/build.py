"""Build JupyterLite with the book's notebooks, Python and packages, all from one folder.

python -m tools.lite.build JUPYTER FOLDER    (`make lite` does; JUPYTER is that of its environment)
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.lite import contents, wheels

HERE = Path(__file__).parent
APPS = ["lab", "notebooks", "tree", "edit"]
KERNEL = "@jupyterlite/pyodide-kernel-extension"
KEPT = {"name": "softmax-kept", "load": "static/kept.js", "extension": "./extension"}
# What the site sends, and nothing of anybody else's: the browser itself sees to it.
POLICY = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; object-src 'none'; "
    "form-action 'none'"
)
META = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
# Sent to nobody: what makes the site, fonts for browsers of 2012, other languages' word lists.
UNUSED = [
    "rspack.config*.js", "**/*.map", "build/fa-*.svg", "build/fa-*.eot", "build/fa-*.ttf",
    "static", "doc",
]  # fmt: skip


def site(jupyter, target, files):
    """Let JupyterLite make its site of the notebooks in a folder."""
    with tempfile.TemporaryDirectory() as scratch:
        for name in ("jupyter-lite.json", "overrides.json"):
            shutil.copy(HERE / name, scratch)
        apps = [part for app in APPS for part in ("--apps", app)]
        command = [jupyter, "lite", "build", "--lite-dir", scratch, "--output-dir", str(target)]
        options = [
            "--contents",
            str(files),
            *apps,
            "--no-sourcemaps",
            "--no-unused-shared-packages",
        ]
        done = subprocess.run([*command, *options], cwd=scratch, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"JupyterLite could not be built:\n{done.stdout}{done.stderr}")


def configure(target):
    """Say what the kernel starts with, and add the line that says where work is kept."""
    path = target / "jupyter-lite.json"
    whole = json.loads(path.read_text(encoding="utf-8"))
    config = whole["jupyter-config-data"]
    kernel = config["litePluginSettings"][f"{KERNEL}:kernel"]
    kernel["loadPyodideOptions"]["packages"] = wheels.AT_ONCE
    config["federated_extensions"].append(KEPT)
    path.write_text(json.dumps(whole, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    place = target / "extensions" / KEPT["name"] / "static"
    place.mkdir(parents=True)
    shutil.copy(HERE / "kept.js", place)


def keep_for_later(target):
    """Let the service worker keep lists of files too, and know its task after a restart."""
    path = target / "service-worker.js"
    text = path.read_text(encoding="utf-8")
    for before, after in (
        (
            "enableCache=!1",
            'enableCache="true"===new URL(location.href).searchParams.get("enableCache")',
        ),
        ('.pathname.includes("/api/")', ".pathname.match(/\\/api\\/(?!.*\\.json$)/)"),
    ):
        if text.count(before) != 1:
            sys.exit(f"JupyterLite's service worker does not say {before}: has it changed?")
        text = text.replace(before, after)
    path.write_text(text, encoding="utf-8")


def build(jupyter, target):
    """Build the whole into a folder that is made anew."""
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        files, made = Path(scratch) / "files", Path(scratch) / "lite"
        contents.write(files)
        site(jupyter, made, files)
        wheels.write(made / "python", made / "extensions" / KERNEL)
        configure(made)
        keep_for_later(made)
        for pattern in UNUSED:
            for path in made.glob(pattern):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        for page in made.rglob("*.html"):
            text = page.read_text(encoding="utf-8")
            page.write_text(re.sub(r"<head>", f"<head>\n{META}", text, count=1), encoding="utf-8")
        shutil.rmtree(target, ignore_errors=True)
        made.rename(target)


if __name__ == "__main__":
    build(sys.argv[1], Path(sys.argv[2]).absolute())
