"""One sigmoid neuron learns one example by gradient descent, with one of two costs."""

import traitlets

from softmax_book.figures import slowdown
from softmax_book.widgets._base import Island, Number
from softmax_src.neuron import COSTS, descend, first_below

STEPS = 300


class SingleNeuron(Island):
    """Gradient descent of one neuron from a start of choice (chapter 1, The learning slowdown).

    Parameters
    ----------
    weight, bias : float, -1 to 4
        Where the neuron starts; its input is 1 and the answer it should learn is 0.
    lr : float, 0.1 to 2
        The learning rate.
    cost : {"quadratic", "cross-entropy"}
        The cost whose neuron is shown moving.
    step : int, 0 to 300
        How many steps have been taken.

    Examples
    --------
    >>> SingleNeuron(weight=3, bias=2, cost="quadratic")
    SingleNeuron: weight = 3, bias = 2, lr = 0.5, cost = quadratic, stall = 150, half = 168, a = 0.993307
    """  # noqa: E501

    weight = Number(3.0, min=-1, max=4).tag(sync=True)
    bias = Number(2.0, min=-1, max=4).tag(sync=True)
    lr = Number(0.5, min=0.1, max=2).tag(sync=True)
    cost = traitlets.Enum(tuple(COSTS), "quadratic").tag(sync=True)
    step = traitlets.Int(0, min=0, max=STEPS).tag(sync=True)

    def numbers(self):
        """Return the settings, the steps until the output is below 0.9 and 0.5, and the output."""
        path = descend(self.weight, self.bias, self.cost, self.lr, STEPS)
        stall, half = first_below(path.a, 0.9), first_below(path.a, 0.5)
        return {
            "weight": self.weight,
            "bias": self.bias,
            "lr": self.lr,
            "cost": self.cost,
            "stall": f"over {STEPS}" if stall is None else stall,
            "half": f"over {STEPS}" if half is None else half,
            "a": float(path.a[self.step]),
        }

    def figure(self):
        """Draw the neuron's way along the sigmoid, and its cost over the steps."""
        return slowdown.single_neuron(self.weight, self.bias, self.lr, self.cost, self.step, STEPS)
