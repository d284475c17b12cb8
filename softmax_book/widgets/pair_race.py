"""The race of four output/cost pairs on digits, from the committed run ``slow_start``."""

import numpy as np
import traitlets

from softmax_book.data import load_run
from softmax_book.figures import backpropagation
from softmax_book.widgets._base import Island

# The factor on the initial output weights, as the run names it.
SCALES = {"default": "1", "wrong": "30"}
TITLES = {
    ("default", "common"): "default start, one rate for all",
    ("default", "own"): "default start, each pair's own rate",
    ("wrong", "common"): "confidently wrong start, one rate for all",
    ("wrong", "own"): "confidently wrong start, each pair's own rate",
}


def lanes(run, start, rates):
    """Return, per pair, mean, least and largest accuracy of the seeds at every epoch.

    Parameters
    ----------
    run : dict
        The committed run ``slow_start``.
    start : {"default", "wrong"}
        The initial output weights: as usual, or 30 times that.
    rates : {"common", "own"}
        One learning rate for all, or each pair's own best.
    """
    table = run["results"]["race" if rates == "common" else "tuned_race"]
    result = {}
    for pair in run["results"]["pairs"]:
        accuracy = np.array(table[pair][SCALES[start]]["test_accuracy"])  # (seeds, epochs)
        result[pair] = [accuracy.mean(axis=0), accuracy.min(axis=0), accuracy.max(axis=0)]
    return result


def learning_rates(run, start, rates):
    """Return, per pair, the learning rate of that race."""
    results = run["results"]
    if rates == "common":
        return dict.fromkeys(results["pairs"], run["settings"]["race"]["lr"])
    return {pair: results["tuned_race"][pair][SCALES[start]]["lr"] for pair in results["pairs"]}


class PairRace(Island):
    """Test accuracy of four output/cost pairs, epoch by epoch (chapter 5, Backpropagation).

    Parameters
    ----------
    start : {"default", "wrong"}
        The initial output weights: as usual, or 30 times that, which is confidently wrong.
    rates : {"common", "own"}
        One learning rate for all pairs, or for each the best that was tried.
    epoch : int, 0 to 40
        How far the race is.

    Examples
    --------
    >>> PairRace(start="wrong").numbers()["epochs_to_90"]["softmax+quadratic"]
    'never'
    """

    start = traitlets.Enum(["default", "wrong"], "wrong").tag(sync=True)
    rates = traitlets.Enum(["common", "own"], "common").tag(sync=True)
    epoch = traitlets.Int(0, min=0, max=40).tag(sync=True)
    # Per race and pair: the learning rate, and mean, least and largest accuracy at each epoch.
    races = traitlets.Dict().tag(sync=True)

    @traitlets.default("races")
    def _races(self):
        run = load_run("slow_start")
        races = {}
        for start, rates in TITLES:
            rate = learning_rates(run, start, rates)
            races[f"{start}/{rates}"] = {
                pair: {"lr": rate[pair], "accuracy": np.round(lane, 3).tolist()}
                for pair, lane in lanes(run, start, rates).items()
            }
        return races

    def _lanes(self):
        race = self.races[f"{self.start}/{self.rates}"]
        return {pair: race[pair]["accuracy"] for pair in race}

    def numbers(self):
        """Return when each pair's mean accuracy reaches 90 %, and where it ends."""
        mean = {pair: lane[0] for pair, lane in self._lanes().items()}
        first = {
            pair: next((epoch for epoch, value in enumerate(curve) if value >= 0.9), "never")
            for pair, curve in mean.items()
        }
        final = {pair: float(f"{curve[-1]:.2f}") for pair, curve in mean.items()}
        return {"race": TITLES[self.start, self.rates], "epochs_to_90": first, "final": final}

    def figure(self):
        """Draw the whole race, wherever the slider is."""
        return backpropagation.race(self._lanes(), TITLES[self.start, self.rates].capitalize())
