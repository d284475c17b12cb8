"""Build without Python's collector of cycles.

It would look through the trees of all pages again and again, for a large part of the time, and they
are kept to the end anyway. The price is memory.
"""

import gc


def setup(app):
    """Switch it off for as long as this process builds."""
    gc.disable()
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
