"""What the functions accept, and the errors that say why something else is refused.

A message names the argument and, where one element is at fault, the element: ``y[3] is -1``.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple
from numpy.typing import ArrayLike, NDArray

#: The axes of the classes: one, several that are counted as one, or None for all of them.
Axis = int | tuple[int, ...] | list[int] | range | None

#: What comes in: any plain array of real numbers, and what goes out.
Reals = NDArray[Any]
Floats = NDArray[np.floating[Any]]
Float = np.floating[Any]


def as_logits(z: ArrayLike, name: str = "z", *, allow_scalar: bool = False) -> Reals:
    """Return ``z`` as a plain array of real numbers, or raise a ``TypeError`` that says why not.

    Accepted are arrays and nested sequences of float16, float32, float64, integers and bools
    with at least one axis. Integers are not converted yet: :func:`softmax_src.rows.by_rows` makes
    them float64 before anything is subtracted (``uint8`` would wrap around).
    """
    array = _plain_array(z, name)
    if array.dtype.kind not in "biuf" or array.dtype.itemsize > 8:
        raise TypeError(
            f"{name} has dtype {array.dtype}; "
            "accepted are float16, float32, float64, integers and bools"
        )
    if array.ndim == 0 and not allow_scalar:
        raise TypeError(f"{name} is a single number; it needs at least one axis")
    return array


def _plain_array(x: ArrayLike, name: str) -> NDArray[Any]:
    """Return ``x`` as an array, unless it is, lists or gives one of a subclass, or is ragged."""
    odd = _subclass(x)
    if not odd:
        try:
            array = np.asanyarray(x)
        except ValueError as error:
            raise TypeError(f"{name} is not a rectangular array of numbers: {error}") from None
        odd = _subclass(array)  # of an object that has an __array__
        if not odd:
            return array
    raise TypeError(
        f"{name} {'is' if isinstance(x, np.ndarray) else 'holds'} a {odd}; subclasses of "
        "ndarray give +, * or max meanings of their own, so pass a plain array "
        "(np.asarray, or .filled(-np.inf) for a mask)"
    )


def _subclass(x: Any) -> str:
    """Name the first array of a subclass that ``x`` is or lists; nothing where there is none."""
    if isinstance(x, (list, tuple)):
        parts = (part for part in x if isinstance(part, (list, tuple, np.ndarray)))
        return next(filter(None, map(_subclass, parts)), "")
    return type(x).__name__ if isinstance(x, np.ndarray) and type(x) is not np.ndarray else ""


def of_one_shape(*, allow_scalar: bool = False, **two: ArrayLike) -> tuple[Reals, Reals]:
    """Return two arrays of real numbers, passed by their names, if they have one shape."""
    x, y = (as_logits(array, name, allow_scalar=allow_scalar) for name, array in two.items())
    if y.shape != x.shape:
        first, second = two
        raise ValueError(f"{second} of shape {y.shape} does not fit {first} of shape {x.shape}")
    return x, y


def leading_axes(**arrays: Reals) -> tuple[int, ...]:
    """Return the leading axes that arrays of matrices share, or raise."""
    try:
        return np.broadcast_shapes(*(x.shape[:-2] for x in arrays.values()))
    except ValueError:
        shapes = ", ".join(f"{name} {x.shape}" for name, x in arrays.items())
        raise ValueError(f"the leading axes do not broadcast: {shapes}") from None


def float_dtype(array: Reals) -> np.dtype[Any]:
    """Return the dtype of a result: the input's, and float64 for integers and bools."""
    return array.dtype.newbyteorder("=") if array.dtype.kind == "f" else np.dtype(np.float64)


def as_axes(axis: Axis, ndim: int) -> tuple[int, ...]:
    """Return the class axes in ascending order, counted from 0."""
    if axis is None:
        return tuple(range(ndim))
    try:
        named = axis if isinstance(axis, (tuple, list, range)) else (axis,)
        if any(isinstance(i, bool) for i in named):
            raise TypeError
        axes = normalize_axis_tuple(tuple(named), ndim, allow_duplicate=True)
    except OverflowError:  # NumPy's own error, for what its integers do not hold
        raise np.exceptions.AxisError(
            f"axis {shown(axis)} is out of bounds for array of dimension {ndim}"
        ) from None
    except TypeError:
        raise TypeError(
            f"axis must be an integer, a tuple of integers or None (all), not {shown(axis)}"
        ) from None
    if not axes:
        raise ValueError("axis is empty; it must name at least one axis of classes")
    if len(set(axes)) < len(axes):
        raise ValueError(f"axis names an axis of classes twice: {shown(axis)}")
    return tuple(sorted(axes))


def number_of_classes(x: Reals, axes: tuple[int, ...], name: str = "z") -> int:
    """Return the number of classes, all class axes together, unless there are none."""
    n_classes = math.prod(x.shape[i] for i in axes)
    if n_classes == 0:
        raise ValueError(
            f"{name} must have at least one class, but its shape is {x.shape} with the classes "
            f"along {_along(axes)}"
        )
    return n_classes


def _along(axes: tuple[int, ...]) -> str:
    """Name the class axes: ``axis 1``, ``axes (0, 2)``."""
    return f"axis {axes[0]}" if len(axes) == 1 else f"axes {axes}"


def as_positive(value: float, name: str) -> float:
    """Return a number as a float that is finite and > 0, or raise."""
    number = as_number(value, name)
    if not 0.0 < number < math.inf:
        raise ValueError(f"{name} must be finite and > 0, not {shown(value)}")
    return number


def as_nonnegative(value: float, name: str) -> float:
    """Return a number as a float that is finite and >= 0, or raise."""
    number = as_number(value, name)
    if not 0.0 <= number < math.inf:
        raise ValueError(f"{name} must be finite and >= 0, not {shown(value)}")
    return number


def as_fraction(value: float, name: str) -> float:
    """Return a number as a float from 0 to 1, or raise."""
    number = as_number(value, name)
    if not 0.0 <= number <= 1.0:
        raise ValueError(f"{name} must be from 0 to 1, not {shown(value)}")
    return number


def as_number(value: float, name: str) -> float:
    """Return one real number as a float, nan and infinities too, or raise."""
    if type(value) is int:
        try:
            return float(value)  # NumPy's integers end at 64 bits
        except OverflowError:
            raise ValueError(f"{name} must fit a float, not {shown(value)}") from None
    known = isinstance(value, (int, float, np.generic, np.ndarray))
    number = _plain_array(value, name) if known else None
    if number is None or number.ndim != 0 or number.dtype.kind not in "iuf":
        raise TypeError(f"{name} must be a number, not {shown(value)}")
    return float(number)


def as_count(count: int, name: str, least: int = 1) -> int:
    """Return an integer that is large enough, or raise."""
    if isinstance(count, (bool, np.bool_)) or not isinstance(count, (int, np.integer)):
        raise TypeError(f"{name} must be an integer, not {shown(count)}")
    if count < least:
        raise ValueError(f"{name} must be at least {least}, not {shown(count)}")
    return operator.index(count)


def as_labels(labels: ArrayLike, n_classes: int, name: str = "y") -> Reals:
    """Return integer labels in 0..K-1, or raise an error that names the first offender."""
    given, labels = labels, _plain_array(labels, name)
    if isinstance(given, (list, tuple)) and labels.dtype.kind == "f":
        exact = np.array(given, dtype=object)  # NumPy makes floats of [-1, 2**63]
        labels = exact if exact.size and _all_integers(exact) else labels
    if labels.size == 0 and labels.dtype == np.float64:  # as [] is
        return labels.astype(np.intp)
    integers = labels.dtype.kind in "iu"
    whole = integers or _all_integers(labels)  # some beyond 64 bits
    if labels.size and whole and (labels.min() < 0 or labels.max() >= n_classes):
        wrong = int(np.flatnonzero((labels < 0) | (labels >= n_classes))[0])
        run = f"the labels of {n_classes} classes run from 0 to {n_classes - 1}"
        raise IndexError(
            f"{element(name, labels, wrong)}, but {run if n_classes else 'there are no classes'}"
        )
    if not integers:
        what = "labels" if name == "y" else name  # y may also be targets, of another shape
        first = f"; {element(name, labels, 0)}" if labels.size else ""
        raise TypeError(f"{what} must be integers, not of dtype {labels.dtype}{first}")
    return labels


def _all_integers(array: Reals) -> bool:
    """Say whether each element is an integer of Python's or NumPy's, and no bool."""
    return all(isinstance(i, (int, np.integer)) and not isinstance(i, bool) for i in array.flat)


def as_tokens(h: ArrayLike, W: ArrayLike, y: ArrayLike) -> tuple[Reals, Reals, Reals]:
    """Return hidden states (N, d), weights (V, d) of words and a label for each token, or raise."""
    h, W = as_logits(h, "h"), as_logits(W, "W")
    if h.ndim != 2 or W.ndim != 2 or h.shape[1] != W.shape[1] or len(W) == 0:
        raise ValueError(
            f"h (N, d) and W (V, d) with V >= 1 are needed, not {h.shape} and {W.shape}"
        )
    y = as_labels(y, len(W))
    if y.shape != h.shape[:1]:
        raise ValueError(f"y must have the shape {h.shape[:1]} of the tokens, not {y.shape}")
    return h, W, y


def check_distributions(p: Reals, axes: tuple[int, ...], name: str) -> None:
    """Refuse rows along ``axes`` that are not probabilities: numbers ≥ 0 that sum to 1.

    The sum may be off by 1e-6, and by 1e-2 in float16, whose numbers near 1 are 5e-4 apart.
    """
    number_of_classes(p, axes, name)
    near = 1e-2 if p.dtype == np.float16 else 1e-6
    with np.errstate(all="ignore"):  # a sum of infinities
        total = p.sum(axis=axes, dtype=np.float64)
    # min() of a row with a nan is nan; p >= 0 would need an array as large as p
    least = p.min(axis=axes)
    wrong = np.argwhere(~((least >= 0) & (np.abs(total - 1) <= near)))
    if len(wrong):
        row = tuple(wrong[0].tolist())
        rest = iter(row)
        place = ", ".join(":" if i in axes else str(next(rest)) for i in range(p.ndim))
        raise ValueError(
            f"each row of {name} must be probabilities, numbers >= 0 that sum to 1; "
            f"{f'{name}[{place}]' if row else name} has "
            f"minimum {float(least[row]):.7g} and sum {float(total[row]):.7g}"
        )


def as_targets(y: ArrayLike, z: Reals, axes: tuple[int, ...], name: str = "y") -> Reals:
    """Return ``y`` as integer labels (without z's class axes) or target numbers (z's shape)."""
    without = tuple(n for i, n in enumerate(z.shape) if i not in axes)
    given, y = y, _plain_array(y, name)
    if y.ndim == len(without):
        if y.shape != without:
            raise ValueError(
                f"labels of shape {y.shape} do not fit logits of shape {z.shape} "
                f"with the classes along {_along(axes)}: {without} is needed"
            )
        return as_labels(given, math.prod(z.shape[i] for i in axes), name)
    y = as_logits(y, name, allow_scalar=True)
    if y.shape != z.shape:
        raise ValueError(
            f"{name} of shape {y.shape} is neither labels {without} nor targets {z.shape}"
        )
    return y


def as_fractions(y: ArrayLike, name: str) -> Reals:
    """Return numbers from 0 to 1, or raise an error that names the first other one."""
    y = as_logits(y, name)
    if y.size and not (y.min() >= 0 and y.max() <= 1):
        wrong = int(np.flatnonzero(~((y >= 0) & (y <= 1)))[0])
        raise ValueError(f"{element(name, y, wrong)}, but must be from 0 to 1")
    return y


def as_reduction(reduction: str) -> str:
    """Return the reduction, which must be one of the three that there are."""
    return as_word(reduction, "reduction", ("mean", "sum", "none"))


def as_word(word: str, name: str, words: Sequence[str]) -> str:
    """Return a word, which must be one of those that there are."""
    if not (isinstance(word, str) and word in words):
        *most, last = (f'"{known}"' for known in words)
        raise ValueError(f"{name} must be {', '.join(most)} or {last}, not {shown(word)}")
    return word


def element(name: str, array: NDArray[Any], flat_index: int) -> str:
    """Say what an element is, as one would write it: ``y[3, 0] is -1``."""
    index = np.unravel_index(flat_index, array.shape)
    place = f"{name}[{', '.join(str(i) for i in index)}]" if index else name
    return f"{place} is {shown(array.reshape(-1)[flat_index])}"


def shown(value: object) -> str:
    """Write a value as plain Python does, without NumPy's names of types."""
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    try:
        return repr(value.item() if isinstance(value, np.generic) else value)
    except ValueError:  # Python does not write an integer of more than 4300 digits
        return "something too long to be written"
