"""What IPython.display offers, as far as a page can show it."""

from IPython.core.display import HTML, SVG, Image, Latex, Markdown, clear_output, display

__all__ = ["HTML", "SVG", "Image", "Latex", "Markdown", "clear_output", "display"]
