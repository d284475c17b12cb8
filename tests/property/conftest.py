"""Hypothesis's settings: the same examples on every run, and no deadline on a busy machine."""

import os

from hypothesis import settings

EXAMPLES = int(os.environ.get("EXAMPLES", "150"))
settings.register_profile("book", derandomize=True, deadline=None, max_examples=EXAMPLES)
settings.load_profile("book")
