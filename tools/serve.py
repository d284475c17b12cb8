"""Serve a folder on localhost, as a static host would; `make view` opens the book so.

python -m tools.serve FOLDER
"""

import argparse
import contextlib
import functools
import sys
import threading
import webbrowser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        """Say nothing."""

    def end_headers(self):
        self.send_header("Cache-Control", "no-store")
        super().end_headers()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """Report what goes wrong, which a browser that leaves before it has all is not."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextlib.contextmanager
def served(folder):
    """Serve a folder for as long as the context lasts; give its address, without a final slash."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with _Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        prog="python -m tools.serve", description="Serve a folder on localhost and open it."
    )
    parser.add_argument("folder", type=Path, help="such as _build/html, which `make book` writes")
    folder = parser.parse_args().folder
    if not (folder / "index.html").is_file():
        parser.error(f"{folder} has no index.html; `make view` builds the book and serves it")
    with served(folder) as site:
        print(f"The book is at {site}/index.html; stop with Ctrl-C", flush=True)
        webbrowser.open(f"{site}/index.html")
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()
        print()
