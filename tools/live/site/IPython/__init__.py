"""As much of IPython as a chapter uses; the page itself is what shows things."""

from IPython.core.display import display

__all__ = ["display", "get_ipython"]
version_info = (9, 12, 0)  # matplotlib asks
__version__ = "9.12.0"


def get_ipython():
    """Return None: this is no IPython."""
    return None
