"""The interactive figures: one ``.py``, one ``.mjs`` and at most one ``.css`` each."""

from softmax_src.widgets.delta_bars import DeltaBars
from softmax_src.widgets.float_inspector import FloatInspector
from softmax_src.widgets.four_outputs import FourOutputs
from softmax_src.widgets.pair_race import PairRace

__all__ = ["DeltaBars", "FloatInspector", "FourOutputs", "PairRace"]
