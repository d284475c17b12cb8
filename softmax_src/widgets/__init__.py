"""The interactive figures: one ``.py``, one ``.mjs`` and at most one ``.css`` each."""

from softmax_src.widgets.delta_bars import DeltaBars
from softmax_src.widgets.draw_digit import DrawDigit
from softmax_src.widgets.fit_temperature import FitTemperature
from softmax_src.widgets.float_inspector import FloatInspector
from softmax_src.widgets.four_outputs import FourOutputs
from softmax_src.widgets.pair_race import PairRace
from softmax_src.widgets.rank_strip import RankStrip
from softmax_src.widgets.sampling import Sampling
from softmax_src.widgets.simplex_heatmap import SimplexHeatmap
from softmax_src.widgets.single_neuron import SingleNeuron
from softmax_src.widgets.threshold_roc import ThresholdRoc

__all__ = [
    "DeltaBars",
    "DrawDigit",
    "FitTemperature",
    "FloatInspector",
    "FourOutputs",
    "PairRace",
    "RankStrip",
    "Sampling",
    "SimplexHeatmap",
    "SingleNeuron",
    "ThresholdRoc",
]
