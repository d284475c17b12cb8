"""Every public function says what it takes and gives, in numpydoc's form, and shows an example."""

import importlib
import inspect
import pkgutil

import pytest
from numpydoc.validate import validate

import softmax_src
from softmax_src.network import PAIRS

MODULES = [m.name for m in pkgutil.iter_modules(softmax_src.__path__, "softmax_src.")]
MODULES += ["softmax_book.data"]
INNER = {f"softmax_src.{name}" for name in ("floats", "checks", "rows")}  # of the package's own use
# A missing, unknown or misplaced parameter; one without a description; sections that numpydoc does
# not know or that are out of order; no summary; no description of what is returned.
REFUSED = {"PR01", "PR02", "PR03", "PR07", "PR10", "GL06", "GL07", "GL08", "RT01", "RT03", "SS01"}
# What takes no argument, or leaves it to NumPy to refuse one.
NEVER_RAISE = (".merge", ".first_below", ".pictures_and_labels", ".run_names", ".load_benchmarks")


def public():
    """Return the names of the public functions, and of the classes that are made by hand."""
    names = []
    for module in sorted({*MODULES} - INNER):
        for name, thing in vars(importlib.import_module(module)).items():
            own = getattr(thing, "__module__", None) == module
            # The pairs share one contract, which stands in the docstring of their module.
            if own and callable(thing) and name[0] != "_" and thing not in PAIRS.values():
                names.append(f"{module}.{name}")
    return names


def thing(name):
    """Return what a dotted name means."""
    module, _, last = name.rpartition(".")
    return getattr(importlib.import_module(module), last)


FUNCTIONS = [n for n in public() if inspect.isfunction(thing(n)) or n.endswith(".Network")]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_is_complete(name):
    errors = [error for error in validate(name)["errors"] if error[0] in REFUSED]
    assert errors == []


@pytest.mark.parametrize("name", public())
def test_examples_and_errors_where_they_belong(name):
    item, text = thing(name), inspect.getdoc(thing(name))
    if inspect.isfunction(item):
        assert "Raises\n------" in text or name.endswith(NEVER_RAISE)
        assert ">>> " in text or name.endswith(".load_run")


def test_the_check_sees_what_is_missing():
    def bad(x, y):
        """Add.

        Parameters
        ----------
        x : float
        """
        return x + y

    softmax_src.bad = bad
    try:
        found = {code for code, _ in validate("softmax_src.bad")["errors"]} & REFUSED
    finally:
        del softmax_src.bad
    assert found == {"PR01", "PR07", "RT01"}
