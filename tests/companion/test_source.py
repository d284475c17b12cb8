"""What a chapter prints of a function is its code, without docstring and types."""

import pytest

from softmax_book.source import plain_source, show
from softmax_src import losses, network, softmax


def typed(z: int, *, name: str = "z") -> int:  # one number
    """Double it."""
    # twice
    return 2 * z


def bare(z):
    return z


def test_types_and_docstring_go_and_comments_stay():
    assert plain_source(typed) == (
        'def typed(z, *, name="z"):  # one number\n    # twice\n    return 2 * z\n'
    )
    assert show(bare).data == "```python\ndef bare(z):\n    return z\n```"


@pytest.mark.parametrize("function", [softmax, network.Network.step, losses._label_gradient])
def test_what_is_printed_is_python_without_types(function):
    source = plain_source(function)
    compile(source, "printed", "exec")
    assert '"""' not in source
    assert "->" not in source.splitlines()[0]
