"""How the book's build takes up a widget: the renderer of the widgets' own mime type.

MyST-NB finds it through an entry point, and so it lives in the package and not with the rest of the
build. The book's extension puts the state into the page, beside the picture.
"""

import json

MIME = "application/vnd.softmax-src.widget+json"


class IslandPlugin:
    """Hand a widget's state, in the mime type above, to the book's extension as one node."""

    mime_priority_overrides = (("html", MIME, 1),)

    @staticmethod
    def handle_mime(renderer, data, inline):
        """Return the node for a widget's state, or None for every other mime type."""
        if inline or data.mime_type != MIME:
            return None
        from docutils import nodes

        state = json.dumps(data.content, separators=(",", ":")).replace("</", "<\\/")
        return [nodes.raw(text=state, format="html")]
