"""What may cross between the grader and a student's process: numbers, text, arrays.

A value is packed as JSON. Nothing is ever unpickled, and nothing that arrives keeps a type of the
student's own, so an object that lies about `__eq__` arrives as the numbers that it holds, or not
at all. Every size is checked before anything is allocated.
"""

import base64
import json
import math
import re
import struct
import time

import numpy as np

MAX_BYTES = 2_000_000  # of one message; the longest honest one has 0.4 MB
MAX_DEPTH = 6  # lists in lists
MAX_KEYS = 1000  # of a dictionary: numbers can be chosen to collide, and each is slower than before
NUMBER_KINDS = "biufc"  # NumPy's codes: bool, int, unsigned, float, complex
TYPE = re.compile(rf"[<|][{NUMBER_KINDS}]\d+")  # as `pack` writes it; NumPy would read far more


class WireError(Exception):
    """The value cannot cross, or the message is not one of ours."""


def pack(value, name_of=None, depth=0):
    """Turn a value into what JSON can hold.

    `name_of(f)` may give a reference to send in place of a function; without it functions are
    refused.
    """
    if depth > MAX_DEPTH:
        raise WireError("lists are nested too deeply")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, np.ndarray | np.generic):
        array = np.asarray(value)
        if array.dtype.kind not in NUMBER_KINDS:
            raise WireError(f"an array of {array.dtype} is not an array of numbers")
        if array.nbytes > MAX_BYTES // 2:
            raise WireError(f"an array of {array.nbytes} bytes is too large")
        array = array.astype(array.dtype.newbyteorder("<"))
        return {
            "array": base64.b64encode(array.tobytes()).decode("ascii"),
            "type": array.dtype.str,
            "shape": list(array.shape),
            "scalar": isinstance(value, np.generic),
        }
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, list | tuple):
        items = [pack(item, name_of, depth + 1) for item in value]
        return {"tuple": items} if isinstance(value, tuple) else items
    if isinstance(value, dict):
        pairs = [
            [pack(k, name_of, depth + 1), pack(v, name_of, depth + 1)] for k, v in value.items()
        ]
        return {"dict": pairs}
    if name_of is not None and callable(value):
        return name_of(value)
    raise WireError(f"a {type(value).__name__} is not a number, text, list or array")


def unpack(packed, function_of=None, depth=0):
    """The inverse of `pack`. Raises `WireError` for anything that `pack` does not make."""
    if depth > 2 * MAX_DEPTH:
        raise WireError("lists are nested too deeply")
    if packed is None or isinstance(packed, bool | int | float | str):
        return packed
    if isinstance(packed, list):
        return [unpack(item, function_of, depth + 1) for item in packed]
    if not isinstance(packed, dict):
        raise WireError("not a value")
    if "array" in packed:
        return _unpack_array(packed)
    if "tuple" in packed:
        return tuple(unpack(packed["tuple"], function_of, depth + 1))
    if "dict" in packed:
        if not isinstance(packed["dict"], list) or len(packed["dict"]) > MAX_KEYS:
            raise WireError("not a dictionary, or too large a one")
        try:
            return {
                unpack(k, function_of, depth + 1): unpack(v, function_of, depth + 1)
                for k, v in packed["dict"]
            }
        except (TypeError, ValueError) as error:  # an unhashable key, or not pairs
            raise WireError("not a dictionary") from error
    if function_of is not None:
        return function_of(packed)
    raise WireError("not a value")


def _unpack_array(packed):
    """An array from its bytes, checked against its type and shape first."""
    try:
        if not TYPE.fullmatch(packed["type"]):
            raise WireError("not an array of numbers")
        dtype, shape = np.dtype(packed["type"]), packed["shape"]
        data = base64.b64decode(packed["array"], validate=True)
        sizes = [size for size in shape if type(size) is int and size >= 0]
    except (KeyError, TypeError, ValueError) as error:
        raise WireError("not an array") from error
    if len(sizes) != len(shape) or len(sizes) > 32:
        raise WireError("not the shape of an array")
    if math.prod(sizes) * dtype.itemsize != len(data):
        raise WireError("the array's bytes do not fit its shape")
    try:
        array = np.frombuffer(data, dtype).reshape(sizes).copy()
    except ValueError as error:  # an empty array with an impossible shape
        raise WireError("not an array of numbers") from error
    return array[()] if packed.get("scalar") is True and array.ndim == 0 else array


def send(channel, message, most=MAX_BYTES):
    """Write one message to the socket."""
    body = json.dumps(message).encode()
    if len(body) > most:
        raise WireError("the answer is too large")
    channel.sendall(struct.pack("<Q", len(body)) + body)


def receive(channel, until=None, most=MAX_BYTES):
    """Read one message from the socket.

    Raises `EOFError` when the other side is gone, and `TimeoutError` when the message is not here
    by the time `until` of the monotonic clock, however slowly it drips.
    """
    (size,) = struct.unpack("<Q", _exactly(channel, 8, until))
    if size > most:
        raise WireError("the message is too large")
    try:
        message = json.loads(_exactly(channel, size, until))
    except (ValueError, RecursionError) as error:
        raise WireError("not a message") from error
    if not isinstance(message, dict):
        raise WireError("not a message")
    return message


def _exactly(channel, size, until):
    """That many bytes."""
    parts = []
    while size:
        left = None if until is None else until - time.monotonic()
        if left is not None and left <= 0:  # even if there is more to read, and always more
            raise TimeoutError
        channel.settimeout(left)
        part = channel.recv(min(size, 1 << 20))
        if not part:
            raise EOFError("the other side is gone")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
