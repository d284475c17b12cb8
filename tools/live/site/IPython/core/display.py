"""Texts and pictures that say what they are."""

import base64


class _Shown:
    def __init__(self, data=None, filename=None, **kwargs):
        if filename is not None:
            with open(filename, "rb") as file:
                data = file.read()
        self.data = data


def _form(name, mime):
    def bundle(self, include=None, exclude=None):
        data = base64.b64encode(self.data).decode() if isinstance(self.data, bytes) else self.data
        return {mime: data, "text/plain": repr(self)}

    members = {"_repr_mimebundle_": bundle, "__module__": __name__}
    members["__repr__"] = lambda self: f"<IPython.core.display.{name} object>"
    return type(name, (_Shown,), members)


HTML = _form("HTML", "text/html")
Markdown = _form("Markdown", "text/markdown")
Latex = _form("Latex", "text/latex")
SVG = _form("SVG", "image/svg+xml")
Image = _form("Image", "image/png")


def display(*objects, **kwargs):
    """Show each object below the cell."""
    from softmax_live import show

    for thing in objects:
        show(thing)


def clear_output(wait=False):
    """Take away what the cell has shown."""
    from softmax_live import clear

    clear()
