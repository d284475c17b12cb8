"""Every example in the package's docstrings gives what it says."""

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

import softmax_book
import softmax_src

MODULES = [
    info.name
    for package in (softmax_src, softmax_book)
    for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if not info.ispkg
]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_examples_of_the_readme():
    readme = Path(softmax_src.__file__).with_name("README.md")
    assert doctest.testfile(str(readme), module_relative=False).failed == 0


@pytest.mark.parametrize("name", softmax_src.__all__)
def test_each_public_function_has_an_example(name):
    public = getattr(softmax_src, name)
    if callable(public) and not isinstance(public, type):
        assert ">>>" in public.__doc__
