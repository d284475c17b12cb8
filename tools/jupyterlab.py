"""Start a JupyterLab of its own, with nothing of the user's settings in it."""

import contextlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen


@contextlib.contextmanager
def started(root, home, command=(sys.executable, "-m", "jupyterlab"), variables=os.environ):
    """Serve ``root`` in a JupyterLab that keeps its own files in ``home``.

    Gives its address and its runtime folder.
    """
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    homes = {name: str(home / name.lower()) for name in names}
    runtime = Path(homes["JUPYTER_RUNTIME_DIR"])
    runtime.mkdir()
    options = ["--no-browser", "--allow-root", "--port=0"]
    options += ["--ip=127.0.0.1", "--IdentityProvider.token="]
    with open(home / "log", "w", encoding="utf-8") as log:
        server = subprocess.Popen(
            [*command, *options], cwd=root, env={**variables, **homes}, stdout=log, stderr=log
        )
    try:
        yield _address(server, runtime, home / "log"), runtime
    finally:
        server.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(20)
        server.kill()


def _address(server, runtime, log, patience=120):
    """Wait until the server answers; return its address."""
    end = time.monotonic() + patience
    while time.monotonic() < end and server.poll() is None:
        for info in runtime.glob("jpserver-*.json"):
            with contextlib.suppress(OSError, ValueError):
                address = json.loads(info.read_text())["url"]
                urlopen(f"{address}api/status").close()
                return address
        time.sleep(0.3)
    raise RuntimeError("JupyterLab did not start:\n" + log.read_text())


def kernel_of(address, notebook, patience=120):
    """Wait until the kernel that JupyterLab starts for a notebook is idle; return its id."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        for session in json.load(urlopen(f"{address}api/sessions")):
            if session["path"] == notebook and session["kernel"]["execution_state"] == "idle":
                return session["kernel"]["id"]
        time.sleep(0.2)
    raise RuntimeError(f"no kernel for {notebook}")
