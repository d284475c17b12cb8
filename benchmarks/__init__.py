"""Accuracy against mpmath and speed against the usual libraries; run ``python -m benchmarks``."""
