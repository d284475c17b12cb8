"""Find a Chromium for the browser tests, or get one: prints its path, or nothing for Playwright's.

First what the system has; then, as root on Debian, the package; last Playwright's own. The headless
shell, which draws no windows around pages, comes first.
"""

import os
import shutil
import subprocess
import sys

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
NAMES = [
    "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome",
    "google-chrome-stable",
]  # fmt: skip
PACKAGES = ["chromium-headless-shell", "chromium"]  # the first that there is


def installed():
    """Return the path of the system's Chromium or Chrome, or None."""
    named = os.environ.get("CHROMIUM")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


def launch(playwright, *flags):
    """Start it, or Playwright's own, with a fresh profile and without talk to its maker."""
    return playwright.chromium.launch(executable_path=installed(), args=[*FLAGS, *flags])


def get():
    """Install a Chromium and return its path; None stands for Playwright's own download."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        print("Installing Debian's chromium for the browser tests ...", file=sys.stderr)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], *(["install", "-y", package] for package in PACKAGES)):
            subprocess.run(["apt-get", "-qq", *command], env=environment, **quiet)
            if path := installed():
                return path
    print("Fetching Playwright's own Chromium for the browser tests ...", file=sys.stderr)
    done = subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"])
    if done.returncode:
        sys.exit("No Chromium could be had; install chromium or google-chrome, or set CHROMIUM")
    return None


if __name__ == "__main__":
    print(installed() or get() or "")
