"""The interactive figures: one ``.py``, one ``.mjs`` and at most one ``.css`` each."""

from softmax_src.widgets.four_outputs import FourOutputs

__all__ = ["FourOutputs"]
