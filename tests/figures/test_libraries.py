"""The figures of appendix C plot what they say, by numbers of other origin."""

import numpy as np
import pytest

from softmax_book.data import load_benchmarks
from softmax_book.figures import libraries


def test_two_softmaxes_stay_in_the_corridor_and_meet_one_at_the_start():
    (ax,) = libraries.corridor(10).axes
    lead, once = ax.lines[0].get_xydata().T
    _, twice = ax.lines[1].get_xydata().T
    np.testing.assert_allclose(once, np.log1p(9 * np.exp(-lead)), rtol=1e-12)
    assert once[lead == 0] == pytest.approx(np.log(10))
    assert twice[lead == 0] == pytest.approx(np.log(10))
    assert np.all((twice > np.log1p(9 / np.e)) & (twice < np.log(9 + np.e)))
    assert twice[-1] == pytest.approx(np.log1p(9 / np.e), abs=1e-4)


@pytest.mark.parametrize("quantity", ["loss", "softmax"])
def test_every_error_of_every_library_is_plotted(quantity):
    measured = load_benchmarks()
    errors = measured["accuracy"]["float64"][quantity]
    (ax,) = libraries.accuracy_by_family(measured, "float64", quantity).axes
    families = [tick.get_text() for tick in ax.get_yticklabels()]
    shown = {line.get_label(): line.get_xdata() for line in ax.lines}
    assert set(errors) <= set(shown)
    for name, by_family in errors.items():
        for family, x in zip(families, shown[name], strict=True):
            error = by_family[family]
            expected = libraries.WORST if error is None else max(error, 0.1)
            assert x == pytest.approx(expected)


def test_a_missing_answer_is_drawn_at_the_end_of_the_axis():
    measured = {
        "accuracy": {"float64": {"loss": {"softmax_src": {"ties": 1}, "JAX": {"ties": None}}}}
    }
    (ax,) = libraries.accuracy_by_family(measured, "float64", "loss").axes
    assert [line.get_xdata()[0] for line in ax.lines[:2]] == [1, libraries.WORST]
