"""One word for one thing and one letter for one symbol, in chapters, questions, slides, widgets."""

import re

import pytest

from softmax_book.questions.bank import markdown
from tests.sources import ROOT, notebooks

# What is not written, and what stands in its place (reference/glossary.md, notation.md).
VARIANTS = {
    r"\\epsilon\b": r"\varepsilon",
    r"\b(?:weighted|net) inputs?\b": "logit, or pre-activation below the output layer",
    r"\bcross entropy\b": "cross-entropy",
    r"\blog likelihood\b": "log-likelihood",
    r"\b(?:hidden|dead|ReLU|tanh|sigmoid) units?\b": "neuron",
    r"\bdata ?points?\b": "example",
    r"\b(?:ground truth|gold labels?)\b": "correct class, or target",
    r"\b(?:between|across|within one|per) samples?\b": "example",
}
PLACES = ["front/*.md", "reference/*.md", "questions/*.md", "slides/*.md", "softmax_src/*.py",
          "softmax_book/widgets/*.py", "softmax_book/widgets/*.mjs", "README.md"]  # fmt: skip


def texts():
    """Return {name: text} of all that a reader reads."""
    paths = [path for place in PLACES for path in sorted(ROOT.glob(place))]
    found = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in paths}
    return found | {path.name: markdown(path) for path in notebooks()}


TEXTS = texts()


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_thing_has_one_name(variant):
    pattern = re.compile(variant, re.IGNORECASE)
    found = [(name, hit[0]) for name, text in TEXTS.items() for hit in pattern.finditer(text)]
    assert not found, f"write: {VARIANTS[variant]}"


def test_every_variant_would_be_found():
    said = r"\epsilon, net input, cross entropy, log likelihood, dead units, data points, "
    said += "ground truth, between samples"
    assert all(re.search(variant, said) for variant in VARIANTS)
