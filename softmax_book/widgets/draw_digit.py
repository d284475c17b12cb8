"""Draw a digit on 8 × 8 cells: one hidden layer, read by a softmax and by ten sigmoids."""

import numpy as np
import traitlets

from softmax_book.data import load_run
from softmax_book.figures import probability
from softmax_book.widgets._base import Island, Numbers, rounded
from softmax_src.network import Network

SHAPES = {"hidden": (30, 64), "softmax": (10, 30), "sigmoid": (10, 30)}


class DrawDigit(Island):
    """A digit to draw, and what a 64-30-10 network makes of it (chapter 3, Probability).

    The network is the committed run ``draw_digit``: a tanh hidden layer, and on its 30 activations
    two output layers, a softmax and ten sigmoids. It runs where the widget is shown.

    Parameters
    ----------
    pixels : list of 64 floats, 0 to 16
        The drawing, row by row, in the scale of the data; by default the run's fifth sample.
    network : dict
        Per ``hidden``, ``softmax`` and ``sigmoid`` a layer ``{"W": …, "b": …}``; by default the
        run's.
    samples : list of dict
        Digits to load, each ``{"label": int, "pixels": list of 64}``; by default the run's.
    revealed : bool
        Whether the question of the empty grid has been answered.

    Examples
    --------
    >>> DrawDigit(pixels=[0] * 64)  # an empty grid, and yet the softmax has an answer
    DrawDigit: digit = 3, largest = 0.814, sum_softmax = 1, sum_sigmoid = 0.41
    """

    pixels = Numbers([0] * 64, length=64, min=0, max=16).tag(sync=True)
    network = traitlets.Dict().tag(sync=True)
    samples = traitlets.List(traitlets.Dict()).tag(sync=True)
    revealed = traitlets.Bool(False).tag(sync=True)

    def __init__(self, **kwargs):
        run = load_run("draw_digit")["results"]
        layers = {"hidden": run["hidden"]} | {
            name: {key: run[name][key] for key in ("W", "b")} for name in ("softmax", "sigmoid")
        }
        start = {
            "network": layers,
            "samples": run["samples"],
            "pixels": run["samples"][4]["pixels"],
        }
        super().__init__(**(start | kwargs))

    @traitlets.validate("network")
    def _check_network(self, proposal):
        network = proposal["value"]
        for name, shape in SHAPES.items():
            found = network.get(name, {})
            shapes = np.shape(found.get("W", ())), np.shape(found.get("b", ()))
            if shapes != (shape, shape[:1]):
                raise traitlets.TraitError(
                    f"{name} needs W {shape} and b {shape[:1]}, got {shapes}"
                )
        return network

    @traitlets.validate("samples")
    def _check_samples(self, proposal):
        for sample in proposal["value"]:
            if set(sample) != {"label", "pixels"} or np.shape(sample["pixels"]) != (64,):
                raise traitlets.TraitError("a sample has a label and 64 pixels")
        return proposal["value"]

    def outputs(self):
        """Return the ten softmax outputs and the ten sigmoid outputs for the drawing."""
        layers = {name: (np.array(v["W"]), np.array(v["b"])) for name, v in self.network.items()}
        net = Network((64, 30, 10), hidden="tanh")
        (net.W[1], net.b[1]), (net.W[2], net.b[2]) = layers["hidden"], layers["softmax"]
        head = Network((30, 10), pair="sigmoid+cross-entropy")
        head.W[1], head.b[1] = layers["sigmoid"]
        x = np.array([self.pixels]) / 16  # (1, 64)
        hidden = net.forward(x)[1][1]  # (1, 30)
        return net.predict_proba(x)[0], head.predict_proba(hidden)[0]

    def numbers(self):
        """Return the digit that the softmax reads, its output, and the sums of both answers."""
        a, s = self.outputs()
        sums = {"sum_softmax": a.sum(), "sum_sigmoid": s.sum()}
        return rounded({"digit": a.argmax(), "largest": a.max(), **sums}, 3)

    def figure(self):
        """Draw the digit beside its two answers."""
        return probability.drawn_digit(self.pixels, *self.outputs())
