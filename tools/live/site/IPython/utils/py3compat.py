"""Which Python this is."""

PYPY = False
