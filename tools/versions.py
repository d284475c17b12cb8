"""Fetch the pages of earlier releases, so that the next publication keeps them.

    python tools/versions.py dist/versions

GitHub Pages shows what was published last and nothing else. Each release carries its own pages, as
the zip that works without a network; they are unpacked into one folder a version, and the build
puts what it finds there beside the new pages (``_ext/changes.py``). Needs GitHub's ``gh`` and a
token.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ZIP = "softmax-offline.zip"
TAG = re.compile(r"v(\d+\.\d+\.\d+)")


def gh(*arguments):
    """Return what GitHub's client prints."""
    command = ["gh", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def unpack(archive, folder):
    """Put the pages in the zip into the folder, without the folder that they have in the zip."""
    with tempfile.TemporaryDirectory() as scratch:
        with zipfile.ZipFile(archive) as pages:
            pages.extractall(scratch)
        (top,) = Path(scratch).iterdir()
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(top, folder)


def fetch(target):
    """Unpack the pages of every release that has them; return the versions."""
    releases = json.loads(gh("release", "list", "--limit", "50", "--json", "tagName"))
    tags = [release["tagName"] for release in releases if TAG.fullmatch(release["tagName"])]
    kept = []
    for tag in tags:
        with tempfile.TemporaryDirectory() as scratch:
            try:
                gh("release", "download", tag, "--pattern", ZIP, "--dir", scratch)
            except subprocess.CalledProcessError as error:
                print(f"{tag}: {error.stderr.strip()}")
                continue
            unpack(Path(scratch) / ZIP, target / tag.removeprefix("v"))
            kept.append(tag.removeprefix("v"))
    return kept


if __name__ == "__main__":
    try:
        versions = fetch(Path(sys.argv[1]))
    except FileNotFoundError:
        sys.exit("`gh` is not installed, so no earlier release was looked for")
    except subprocess.CalledProcessError as error:
        sys.exit(f"GitHub did not list the releases: {error.stderr.strip()}")
    print(f"Pages kept beside the new ones: {', '.join(versions) or 'none, nothing was released'}")
