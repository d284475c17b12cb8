"""ECE, NLL and the bins in the page are those of softmax_src."""

import numpy as np
import pytest

from softmax_book.data import load_run
from softmax_book.widgets import FitTemperature
from softmax_src import softmax, softmax_loss
from softmax_src.calibration import expected_calibration_error, reliability_bins

JUDGE = "data.Ts.map((T) => m.judge(data.z, data.labels, T, data.B))"


def logits():
    """Logits and labels: the page's own, some at random, and some with ties and huge numbers."""
    example = load_run("calibration")["results"]["example"]
    state = FitTemperature(example["z"], example["labels"], example["T"]).state()
    rng = np.random.default_rng(0)
    wild = [[0, 0, 0], [1000, -1000, 0], [5, 5, -5], [0, 1e-9, 0], [-745, 0, -40]]
    return {
        "page": (state["z"], state["labels"]),
        "random": (rng.normal(0, 3, (300, 7)), rng.integers(0, 7, 300)),
        "wild": (wild, [0, 0, 1, 1, 1]),
    }


@pytest.mark.parametrize("name", ["page", "random", "wild"])
@pytest.mark.parametrize("B", [2, 10, 15])
def test_the_page_judges_as_softmax_src(node, name, B):
    z, labels = (np.asarray(v) for v in logits()[name])
    Ts = [0.5, 1, 1.37, 2.15, 4]
    answers = node("fit_temperature.mjs", JUDGE, {"z": z, "labels": labels, "Ts": Ts, "B": B})
    for T, answer in zip(Ts, answers, strict=True):
        a = softmax(z, temperature=T)
        bins = reliability_bins(a, labels, B)
        assert [b["count"] for b in answer["bins"]] == bins.counts.tolist()
        for key, expected in (("confidence", bins.confidence), ("accuracy", bins.accuracy)):
            np.testing.assert_allclose([b[key] for b in answer["bins"]], expected, rtol=1e-12)
        assert answer["ece"] == pytest.approx(
            expected_calibration_error(a, labels, B), rel=1e-11, abs=1e-14
        )
        assert answer["nll"] == pytest.approx(softmax_loss(z / T, labels), rel=1e-12)
        assert answer["accuracy"] == pytest.approx(np.mean(a.argmax(axis=1) == labels), rel=1e-12)
        assert answer["confidence"] == pytest.approx(a.max(axis=1).mean(), rel=1e-12)


@pytest.mark.parametrize("B", [2, 3, 7, 10, 15, 30, 49])
def test_confidences_on_a_bins_edge_go_down(node, B):
    top = np.unique(np.concatenate([np.arange(1, B + 1) / B, np.nextafter(np.arange(1, B) / B, 1)]))
    p = np.column_stack([top, np.zeros_like(top)])
    labels = np.zeros(len(p), dtype=int)
    bins = node(
        "fit_temperature.mjs",
        "m.reliabilityBins(data.p, data.labels, data.B)",
        {"p": p, "labels": labels, "B": B},
    )
    assert [b["count"] for b in bins] == reliability_bins(p, labels, B).counts.tolist()
