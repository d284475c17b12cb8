"""Hypothesis's settings: the same examples on every run, and no deadline on a busy machine."""

from hypothesis import settings

settings.register_profile("book", derandomize=True, deadline=None, max_examples=150)
settings.load_profile("book")
