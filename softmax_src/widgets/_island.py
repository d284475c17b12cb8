"""How the book's build takes up a widget: the renderer of the widgets' own mime type.

MyST-NB finds it through an entry point, and so it lives in the package and not with the rest of the
build. The state goes into the page as JSON; the book's extension keeps the picture beside it.
"""

import json

MIME = "application/vnd.softmax-src.widget+json"


class IslandPlugin:
    """Render ``application/vnd.softmax-src.widget+json`` as a JSON script element."""

    mime_priority_overrides = (("html", MIME, 1),)

    @staticmethod
    def handle_mime(renderer, data, inline):
        """Return the node for a widget's state, or None for every other mime type."""
        if inline or data.mime_type != MIME:
            return None
        from docutils import nodes

        state = json.dumps(data.content, separators=(",", ":")).replace("</", "<\\/")
        return [nodes.raw(text=state, format="html", classes=["softmax-island"])]
