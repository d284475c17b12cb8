"""What crosses between the grader and a student's process, and what does not."""

import json
import socket
import struct
import time

import numpy as np
import pytest

from assignments.grading import wire


def crossed(value):
    """The value after a round trip through JSON."""
    return wire.unpack(json.loads(json.dumps(wire.pack(value))))


@pytest.mark.parametrize(
    "value",
    [None, True, 3, 0.1, float("inf"), "text", [1, [2.5, "a"]], (1, 2), {"a": 1, 2: (3,)}],
)
def test_plain_values_arrive_as_they_are(value):
    assert crossed(value) == value
    assert type(crossed(value)) is type(value)


@pytest.mark.parametrize(
    "dtype", ["bool", "int8", "uint16", "int64", "float16", "float32", "complex128"]
)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 4), (2, 3, 4)])
def test_arrays_keep_type_shape_and_values(dtype, shape):
    array = np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(dtype)
    assert crossed(array).dtype == array.dtype
    np.testing.assert_array_equal(crossed(array), array, strict=True)


def test_order_byte_order_and_special_values_do_not_matter():
    fortran = np.asfortranarray(np.array([[1.0, np.nan], [-0.0, np.inf]]))
    np.testing.assert_array_equal(crossed(fortran), fortran)
    np.testing.assert_array_equal(crossed(np.arange(3, dtype=">f8")), np.arange(3.0))
    assert isinstance(crossed(np.float32(2.5)), np.float32)


class Liar(float):
    """A number that claims to be equal to everything."""

    def __eq__(self, other):
        return True

    __hash__ = float.__hash__


def test_a_lying_number_arrives_as_the_number_that_it_is():
    assert crossed(Liar(3.0)) != 4.0
    assert type(crossed(Liar(3.0))) is float


@pytest.mark.parametrize(
    "value",
    [
        object(),
        len,
        1j,
        {1, 2},
        (n for n in "abc"),
        b"bytes",
        np.array([object()]),
        np.array(["a"]),
    ],
)
def test_other_things_are_refused(value):
    with pytest.raises(wire.WireError):
        wire.pack(value)


@pytest.mark.parametrize(
    "packed",
    [
        {},
        {"array": "AAAA"},
        {"array": "AAAA", "type": "O", "shape": [1]},
        {"array": "AAAA", "type": "(,)f4", "shape": [1]},  # NumPy reads it as Python code
        {"array": "AAAA", "type": None, "shape": [1]},
        {"array": "AAAA", "type": "<f3", "shape": [1]},
        {"array": "AAAA", "type": "<f8", "shape": [10**12]},
        {"array": "AAAA", "type": "<f8", "shape": [-1]},
        {"array": "", "type": "<f8", "shape": [0, 10**30]},
        {"array": "", "type": "<f8", "shape": [0] * 40},
        {"array": "?", "type": "|u1", "shape": [1]},
        {"array": "AAAA", "type": "|u1", "shape": "abc"},
        {"dict": [[[], 1]]},
        {"dict": 3},
    ],
)
def test_forged_values_are_refused(packed):
    with pytest.raises(wire.WireError):
        wire.unpack(packed)


def test_nested_values_are_refused_in_both_directions():
    value = []
    for _ in range(50):
        value = [value]
    with pytest.raises(wire.WireError):
        wire.pack(value)
    with pytest.raises(wire.WireError):
        wire.unpack(value)


def received(raw, seconds=1.0):
    """What `receive` makes of these bytes."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(raw)
        theirs.shutdown(socket.SHUT_WR)
        return wire.receive(ours, time.monotonic() + seconds)


def framed(body):
    """A message's bytes."""
    return struct.pack("<Q", len(body)) + body


def test_messages_arrive_and_forged_ones_are_refused():
    assert received(framed(b'{"a": 1}')) == {"a": 1}
    for body in (b"[1]", b"{", b"\xff", b"[" * 100_000):
        with pytest.raises(wire.WireError):
            received(framed(body))
    with pytest.raises(wire.WireError):
        received(struct.pack("<Q", 10**15))
    with pytest.raises(EOFError):
        received(b"abc")


def test_a_dripping_message_ends_in_time():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(struct.pack("<Q", 100) + b"x")
        before = time.monotonic()
        with pytest.raises(TimeoutError):
            wire.receive(ours, before + 0.2)
        assert time.monotonic() - before < 5


def test_who_speaks_without_end_is_cut_off_all_the_same():
    """There is always more to read, so the clock of a single read would never run out."""
    ours, theirs = socket.socketpair()
    theirs.sendall(b"\0" * 100_000)
    with pytest.raises(TimeoutError):
        wire.receive(ours, time.monotonic() - 1)


def test_a_dictionary_has_few_keys():
    pairs = [[i * (2**61 - 1), 0] for i in range(wire.MAX_KEYS + 1)]  # one hash for all of them
    assert len({hash(key) for key, _ in pairs}) == 1
    assert len(wire.unpack({"dict": pairs[:-1]})) == wire.MAX_KEYS
    with pytest.raises(wire.WireError):
        wire.unpack({"dict": pairs})
