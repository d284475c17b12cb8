"""Blocks of rows: large arrays are worked on in pieces that stay in the processor's cache.

A *formula* takes rows and returns rows. The rows are a block of examples in float64, ``z`` of shape
``(n, K)`` with the classes last; labels come as ``(n,)``. :func:`by_rows` brings any array into
that form, whatever its type, its order and the place of its class axes, and rounds what the formula
returns to the input's type, once. How each formula behaves at infinities and nan is said in the
docstring of the public function that it serves.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softmax_src.checks import Axis, Floats, Reals, as_axes, float_dtype

#: Numbers in one block: 192 KiB of float64, of which several fit in a core's cache.
BLOCK = 24 * 1024

#: A block of rows (n, K), numbers (n,) or matrices (n, K, K); labels (n,) are integers.
Rows = Floats
Index = tuple[Any, ...]


def blocks(shape: tuple[int, ...], row_cost: int) -> Iterator[Index]:
    """Yield index tuples that cut the leading axes ``shape`` into blocks of about BLOCK numbers.

    ``row_cost`` is how many numbers one row costs. Nothing is copied or reshaped here, so that
    any view, however strided, is read block by block.
    """
    if not shape or math.prod(shape) * row_cost <= BLOCK:
        yield ()
    elif (inner := math.prod(shape[1:]) * row_cost) > BLOCK:
        for i in range(shape[0]):
            for index in blocks(shape[1:], row_cost):
                yield (i, *index)
    else:
        step = max(1, BLOCK // max(1, inner))
        for start in range(0, shape[0], step):
            yield (slice(start, start + step),)


def count(z: Reals, axes: tuple[int, ...]) -> int:
    """Return the number of classes, all class axes together."""
    return math.prod(z.shape[i] for i in axes)


def classes_last(x: Reals, axes: tuple[int, ...]) -> Reals:
    """Return a view with the class axes last."""
    return np.moveaxis(x, axes, range(-len(axes), 0))


def row_blocks(
    arrays: tuple[Reals, ...], axes: tuple[int, ...], row_cost: int
) -> Iterator[tuple[Index, list[Rows]]]:
    """Yield the place of each block among the examples and the rows of each array there.

    Arrays with as many axes as the first become ``(n, K)``, others are labels and become ``(n,)``.
    """
    z, n_classes = arrays[0], count(arrays[0], axes)
    moved = [classes_last(x, axes) if x.ndim == z.ndim else x for x in arrays]

    def rows(x: Reals, index: Index) -> Rows:
        if x.ndim < z.ndim:
            return x[index].reshape(-1).astype(np.intp)
        return np.ascontiguousarray(x[index], dtype=np.float64).reshape(-1, n_classes)

    if z.size:
        for index in blocks(moved[0].shape[: z.ndim - len(axes)], row_cost):
            yield index, [rows(x, index) for x in moved]


def by_rows(
    formula: Callable[..., Rows],
    *arrays: Reals,
    axis: Axis = -1,
    result: str = "row",
    empty: float = 0.0,
    into: bool = False,
) -> Floats:
    """Apply ``formula`` to blocks of rows in float64 and round the answer once.

    Used in appendix D (sec-float-bounds).

    Parameters
    ----------
    formula : callable
        Takes a block ``(n, K)`` of each array (of labels: ``(n,)``), which it may not change, and
        returns what `result` says.
    *arrays : ndarray
        The logits, then arrays of the same shape or labels without the class axes.
    axis : int, tuple of int or None
        The class axes; several are counted as one, None means all.
    result : {"row", "number", "matrix"}
        What the formula gives for each row: ``(n, K)``, ``(n,)`` or ``(n, K, K)``.
    empty : float
        The answer for rows without classes.
    into : bool
        Whether the formula also takes ``out=``: where its rows are to stand, or None. That saves
        a copy of what does not fit the cache.

    Returns
    -------
    ndarray
        Of the first array's dtype (float64 for integers).
    """
    z = arrays[0]
    axes = as_axes(axis, z.ndim)
    n_classes, examples = count(z, axes), classes_last(z, axes).shape[: z.ndim - len(axes)]
    each = {"row": (n_classes,), "number": (), "matrix": (n_classes, n_classes)}[result]
    out = np.empty(z.shape if result == "row" else examples + each, float_dtype(z))
    by_example = classes_last(out, axes) if result == "row" else out
    if n_classes == 0:
        out[...] = empty
    with np.errstate(all="ignore"):  # which also restores the buffer's size
        if 64 <= n_classes <= 8192:  # a larger buffer would copy what is the same for a whole row
            np.setbufsize(n_classes // 16 * 16)
        for index, rows in row_blocks(arrays, axes, max(n_classes, math.prod(each))):
            block = by_example[(*index, ...)]  # a view even of a single number
            fits = into and block.flags.c_contiguous and block.dtype == np.float64
            room = block.reshape(-1, n_classes) if fits else None
            answer = formula(*rows, out=room) if into else formula(*rows)
            if answer is not room:
                block[...] = answer.reshape(block.shape)
    return out[()]


def reduce_rows(
    formula: Callable[..., Rows], *arrays: Reals, axis: Axis = -1, reduction: str = "mean"
) -> Floats | np.floating[Any]:
    """Apply ``formula``, which gives one number >= 0 a row, and take the mean or sum of them all.

    Only one block's numbers exist at a time, so a million examples need no more memory than a
    thousand.
    """
    if reduction == "none":
        return by_rows(formula, *arrays, axis=axis, result="number")
    z, axes = arrays[0], as_axes(axis, arrays[0].ndim)
    n_classes = count(z, axes)
    n = math.prod(classes_last(z, axes).shape[: z.ndim - len(axes)])

    def total(divisor: int) -> np.float64:
        sums = [(formula(*rows) / divisor).sum() for _, rows in row_blocks(arrays, axes, n_classes)]
        return np.float64(np.sum(sums))

    with np.errstate(all="ignore"):
        answer = total(1)
        if reduction == "mean":  # may be a number even where the sum overflows
            answer = total(n) if np.isinf(answer) else np.divide(answer, n)
        return float_dtype(z).type(answer)


def is_double(z: Reals) -> bool:
    """Say whether results for z are float64, with no bit to spare for plain sums."""
    return float_dtype(z) == np.float64


def one_hot_rows(labels: NDArray[Any], n_classes: int) -> Rows:
    """Return labels ``(n,)`` as one-hot rows ``(n, K)``."""
    rows = np.zeros((len(labels), n_classes))
    rows[np.arange(len(labels)), labels] = 1.0
    return rows
