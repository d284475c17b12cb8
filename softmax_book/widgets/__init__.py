"""The interactive figures of the chapters, to use in a notebook of one's own.

Each is a class whose arguments are what its controls move, all of them optional but those that
stand before ``**kwargs``: ``w = FourOutputs(T=0.5)`` on a line and ``w`` on the next shows it.
``w.T`` then follows the slider, and setting it moves the slider; ``w.numbers()`` returns what is
seen, ``w.figure()`` a static picture of it. An argument that is unknown or out of its range raises
``traitlets.TraitError``, which says what is accepted.
"""

from softmax_book.widgets.conformal_sets import ConformalSets
from softmax_book.widgets.delta_bars import DeltaBars
from softmax_book.widgets.draw_digit import DrawDigit
from softmax_book.widgets.fit_temperature import FitTemperature
from softmax_book.widgets.float_inspector import FloatInspector
from softmax_book.widgets.four_outputs import FourOutputs
from softmax_book.widgets.logit_memory import LogitMemory
from softmax_book.widgets.lost_key import LostKey
from softmax_book.widgets.pair_race import PairRace
from softmax_book.widgets.rank_strip import RankStrip
from softmax_book.widgets.sampling import Sampling
from softmax_book.widgets.simplex_heatmap import SimplexHeatmap
from softmax_book.widgets.single_neuron import SingleNeuron
from softmax_book.widgets.threshold_roc import ThresholdRoc

__all__ = [
    "ConformalSets",
    "DeltaBars",
    "DrawDigit",
    "FitTemperature",
    "FloatInspector",
    "FourOutputs",
    "LogitMemory",
    "LostKey",
    "PairRace",
    "RankStrip",
    "Sampling",
    "SimplexHeatmap",
    "SingleNeuron",
    "ThresholdRoc",
]
