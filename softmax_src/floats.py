"""What floating point needs, kept in one place so that the formulas elsewhere stay as on paper.

A softmax is a ratio of exponentials. On paper any shift of the logits cancels from that ratio;
in floats the shift decides whether anything is left. Four troubles, four remedies:

============================================  ==================================================
trouble                                       remedy
============================================  ==================================================
``exp`` overflows beyond 709.78               subtract the row's largest logit, :func:`exp_rows`
``z - m`` is rounded before ``exp`` sees it   recover what was lost (at 1e4, a thousand ulp),
                                              :func:`two_diff`: times :math:`1 + \\text{lost}`
``log(sum)`` forgets small terms next to 1    keep the others apart and use ``log1p``,
                                              :func:`top_and_rest`
float32 and float16 round at each step        compute in float64 and round once, :func:`by_rows`
============================================  ==================================================

:func:`by_rows` also cuts large arrays into blocks that stay in the processor's cache, which is
what makes plain NumPy fast here, and moves the class axis last, which is where NumPy adds up
accurately. Inside the package a *formula* is a function of such a block: ``z`` of shape
``(n, K)``, float64, one example a row. How each formula behaves at infinities and nan is said in
the docstring of the public function that it serves.

Naming, here and in all modules: ``z`` logits, ``log_a`` log-probabilities, ``a`` probabilities,
``y`` targets, ``m`` a row's largest logit, ``e`` exponentials relative to some shift.
"""

import math
import operator

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

#: Numbers in one block: a quarter MiB of float64, of which several fit in a core's cache.
BLOCK = 32 * 1024

#: Between these logits ``exp`` needs no shift: neither it, nor a row's sum, nor a ratio of the
#: two can overflow or lose digits to underflow.
UNSHIFTED = 300.0


# --- the arithmetic -------------------------------------------------------------------------


def two_diff(x, y):
    """Return ``d``, the float nearest to ``x - y``, and the rounding error ``(x - y) - d``.

    The error is itself a float and comes out exact (Knuth's two-sum): six operations, no branch.
    It is nan where ``x`` or ``d`` is infinite.

    Derived in appendix A (sec-prop-floats).

    Parameters
    ----------
    x, y : ndarray
        Floats of one type, of shapes that broadcast.

    Returns
    -------
    d, lost : ndarray
        The difference and its error.

    Examples
    --------
    >>> two_diff(np.array(1e16), np.array(1.5))
    (np.float64(9999999999999998.0), np.float64(0.5))
    """
    d = x - y
    t = d - x  # what was really subtracted, negated
    lost = x - (d - t)
    t += y
    lost -= t  # (x - (d - t)) - (y + t)
    return d, lost


def _divide(d, lost, divisor):
    """Return ``q`` nearest to ``d / divisor`` and what is missing from ``(d + lost) / divisor``.

    The remainder ``d - q * divisor`` is a float, but the product needs 106 bits: both factors
    are split into halves of 26 bits, whose products are exact (Dekker's product).
    """
    q = d / divisor
    split = 2.0**27 + 1
    q_high = q * split - (q * split - q)
    q_low = q - q_high
    divisor_high = divisor * split - (divisor * split - divisor)
    divisor_low = divisor - divisor_high
    p = q * divisor
    p_lost = ((q_high * divisor_high - p) + q_high * divisor_low + q_low * divisor_high) + (
        q_low * divisor_low
    )
    return q, ((d - p) - p_lost + lost) / divisor


def _shifted(z, temperature):
    """Return ``(z - m) / temperature``, rounded, and what the roundings lost."""
    if temperature == 1.0:
        return two_diff(z, z.max(axis=1, keepdims=True))
    fraction, exponent = math.frexp(temperature)  # temperature = fraction * 2**exponent
    if exponent > 0:  # shrink first: z - m might overflow although (z - m) / T does not
        z = np.ldexp(z, -exponent)
    d, lost = two_diff(z, z.max(axis=1, keepdims=True))
    if exponent < 0:
        d, lost = np.ldexp(d, -exponent), np.ldexp(lost, -exponent)
    return _divide(d, lost, fraction)


def _common_shift(z):
    """Return one number that may be subtracted from all logits without rounding, or None.

    The differences are exact for 0, and by Sterbenz's lemma for numbers within a factor of 2.
    """
    low, high = float(z.min()), float(z.max())
    if max(-low, high) <= UNSHIFTED:
        return 0.0
    if high - low <= UNSHIFTED and (high <= 2.0 * low or low >= 2.0 * high):
        return high
    return None


def exp_rows(z, temperature=1.0):
    r"""Exponentials of each row up to a factor: :math:`e_k = e^{(z_k - s)/T}`.

    The shift :math:`s` is one number for the whole block where that is safe, and each row's
    largest logit otherwise; it cancels from every ratio of two numbers in a row. Each number is
    right to about one unit in the last place, however large the logits are, since
    :math:`e^{d + \text{lost}} = e^d (1 + \text{lost})`.

    Derived in appendix A (sec-prop-floats).
    """
    if temperature == 1.0 and (shift := _common_shift(z)) is not None:
        return np.exp(z - shift if shift else z)
    d, lost = _shifted(z, temperature)
    e = np.exp(d, out=d)
    # fmax and not maximum: lost is nan where d is infinite, and there e = 0 is right already.
    e += e * np.fmax(lost, -1.0, out=lost)
    return e


def row_sums(e):
    """Sum each row; ``einsum`` is five times as fast as ``sum`` on short rows.

    Used in appendix A (sec-prop-floats).
    """
    return np.einsum("nk->n", e) if e.shape[1] <= 128 else e.sum(axis=1)


def split_off(z, k):
    r"""Keep the exponential of one class k apart from the others of its row.

    A sum that never contained :math:`e_k` is right to the last digits; one from which it was
    subtracted is not, if it was large.

    Derived in appendix A (sec-prop-floats).

    Returns
    -------
    e : ndarray, (n, K)
        The exponentials of :func:`exp_rows`, with 0 in place of :math:`e_k`.
    place : ndarray, (n,)
        Where in the flattened e that is.
    e_k, others : ndarray, (n,)
        :math:`e_k`, and the sum of the others.
    """
    place = np.arange(0, z.size, z.shape[1]) + k
    e = exp_rows(z)
    e_k = e.take(place)
    e.reshape(-1)[place] = 0.0
    return e, place, e_k, row_sums(e)


def top_and_rest(z):
    r"""Return each row's largest logit :math:`m` and :math:`\sum_{k \ne \text{top}} e^{z_k - m}`.

    With the rest apart, ``log1p(rest)`` keeps all digits even where ``1 + rest`` rounds to 1.
    Of several largest logits the first counts as top; the others belong to the rest.

    Derived in appendix A (sec-prop-floats).
    """
    _, place, e_top, others = split_off(z, z.argmax(axis=1))
    return z.take(place), others / e_top


# --- the contract: what comes in, what goes out ---------------------------------------------


def as_logits(z, name="z", *, allow_scalar=False):
    """Return ``z`` as a plain array of real numbers, or raise a ``TypeError`` that says why not.

    Accepted are arrays and nested sequences of float16, float32, float64, integers and bools
    with at least one axis. Integers are not converted yet: :func:`by_rows` makes them float64
    before anything is subtracted (``uint8`` would wrap around).
    """
    array = _plain_array(z, name)
    if array.dtype.kind not in "biuf" or array.dtype.itemsize > 8:
        raise TypeError(
            f"{name} has dtype {array.dtype}; "
            "accepted are float16, float32, float64, integers and bools"
        )
    if array.ndim == 0 and not allow_scalar:
        raise TypeError(f"{name} is a single number; it needs an axis of classes")
    return array


def _plain_array(x, name):
    """Return ``x`` as an array, unless it is of a subclass or ragged."""
    if isinstance(x, np.ndarray) and type(x) is not np.ndarray:
        raise TypeError(
            f"{name} is a {type(x).__name__}; subclasses of ndarray give +, * or max meanings of "
            "their own, so pass a plain array (np.asarray, or .filled(-np.inf) for a mask)"
        )
    try:
        return np.asarray(x)
    except ValueError as error:
        raise TypeError(f"{name} is not a rectangular array of numbers: {error}") from None


def float_dtype(array):
    """Return the dtype of a result: the input's, and float64 for integers and bools."""
    return array.dtype.newbyteorder("=") if array.dtype.kind == "f" else np.dtype(np.float64)


def as_temperature(temperature):
    """Return the temperature as a float that is finite and > 0, or raise."""
    if isinstance(temperature, (bool, str, bytes)) or np.ndim(temperature) != 0:
        raise TypeError(f"temperature must be a number, not {temperature!r}")
    value = float(temperature)
    if not 0.0 < value < math.inf:
        raise ValueError(f"temperature must be finite and > 0, not {temperature!r}")
    return value


def as_labels(labels, n_classes, name="y"):
    """Return integer labels in 0..K-1, or raise an error that names the first offender."""
    labels = _plain_array(labels, name)
    if labels.size == 0:
        return labels.astype(np.intp)
    if labels.dtype.kind not in "iu":
        first = labels.reshape(-1)[0]
        raise TypeError(f"labels must be integers; {_place(name, labels, 0)} is {first!r}")
    if labels.min() < 0 or labels.max() >= n_classes:
        wrong = np.flatnonzero((labels < 0) | (labels >= n_classes))[0]
        raise IndexError(
            f"{_place(name, labels, wrong)} is {labels.reshape(-1)[wrong]}, "
            f"but the labels of {n_classes} classes run from 0 to {n_classes - 1}"
        )
    return labels


def as_targets(y, z, axis, name="y"):
    """Return ``y`` as integer labels (one axis fewer than z) or target numbers (z's shape)."""
    axis = normalize_axis_index(operator.index(axis), z.ndim)
    without_axis = z.shape[:axis] + z.shape[axis + 1 :]
    y = _plain_array(y, name)
    if y.ndim == z.ndim - 1:
        if y.shape != without_axis:
            raise ValueError(
                f"labels of shape {y.shape} do not fit logits of shape {z.shape} "
                f"with the classes along axis {axis}: {without_axis} is needed"
            )
        return as_labels(y, z.shape[axis], name)
    y = as_logits(y, name)
    if y.shape != z.shape:
        raise ValueError(
            f"{name} of shape {y.shape} is neither labels {without_axis} nor targets {z.shape}"
        )
    return y


def dense(y, n_classes):
    """Return a block of labels ``(n,)`` as one-hot rows ``(n, K)``, and of targets as they are."""
    if y.ndim == 2:
        return y
    rows = np.zeros((len(y), n_classes))
    rows[np.arange(len(y)), y] = 1.0
    return rows


def check_distributions(y, dtype):
    """Refuse rows that are not probabilities: the gradient a - y holds only where they sum to 1."""
    tolerance = 1e-2 if dtype == np.float16 else 1e-6
    good = (y >= 0).all(axis=1) & (np.abs(y.sum(axis=1) - 1) <= tolerance)
    if not good.all():
        row = y[np.argmin(good)]
        raise ValueError(
            "each row of targets must be probabilities, numbers >= 0 that sum to 1; "
            f"one has minimum {row.min():g} and sum {row.sum():g}"
        )


def _place(name, array, flat_index):
    """Name an element as one would write it: ``y[3, 0]``."""
    index = np.unravel_index(flat_index, array.shape)
    return f"{name}[{', '.join(str(i) for i in index)}]" if index else name


# --- blocks of rows -------------------------------------------------------------------------


def blocks(shape, row_cost):
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


def _rows(array, index, n_classes):
    """Return one block as float64 rows ``(n, K)``, or labels as ``(n,)``."""
    if n_classes is None:
        return array[index].reshape(-1).astype(np.intp)
    return np.ascontiguousarray(array[index], dtype=np.float64).reshape(-1, n_classes)


def _prepare(arrays, axis):
    """Move the class axis of each array last; pair it with K, or with None if it has no classes."""
    z = arrays[0]
    axis = normalize_axis_index(operator.index(axis), z.ndim)
    n_classes = z.shape[axis]
    if axis < z.ndim - 1:
        arrays = [np.moveaxis(x, axis, -1) if x.ndim == z.ndim else x for x in arrays]
    return axis, [(x, n_classes if x.ndim == z.ndim else None) for x in arrays]


def by_rows(formula, *arrays, axis=-1, result="row", empty=0.0):
    """Apply ``formula`` to blocks of rows in float64 and round the answer once.

    Used in appendix A (sec-prop-floats).

    Parameters
    ----------
    formula : callable
        Takes a block ``(n, K)`` of each array (of labels: ``(n,)``), which it may not change, and
        last an array to fill. Only its last operation, computed in float64, may write there.
    *arrays : ndarray
        The logits, then arrays of the same shape or labels without the class axis.
    axis : int
        The class axis.
    result : {"row", "number", "matrix"}
        What the formula gives for each row: ``(n, K)``, ``(n,)`` or ``(n, K, K)``.
    empty : float
        The answer for rows without classes.

    Returns
    -------
    ndarray
        Of the first array's dtype (float64 for integers).
    """
    axis, prepared = _prepare(arrays, axis)
    z, n_classes = prepared[0]
    each = {"row": (n_classes,), "number": (), "matrix": (n_classes, n_classes)}[result]
    shape = arrays[0].shape if result == "row" else z.shape[:-1] + each
    out = np.empty(shape, float_dtype(z))
    by_row = np.moveaxis(out, axis, -1) if result == "row" and axis < z.ndim - 1 else out
    if n_classes == 0:
        out[...] = empty
    elif z.size:
        with np.errstate(all="ignore"):
            for index in blocks(z.shape[:-1], max(n_classes, math.prod(each))):
                block = by_row[(*index, ...)]  # a view even of a single number
                rows = block.reshape(-1, *each)  # a view of the answer, if there is one
                formula(*(_rows(x, index, k) for x, k in prepared), rows)
                if not np.may_share_memory(rows, block):
                    block[...] = rows.reshape(block.shape)
    return out[()]


def reduce_rows(formula, *arrays, axis=-1, reduction="mean"):
    """Apply ``formula``, which gives one number >= 0 a row, and take the mean or sum of them all.

    Only one block's numbers exist at a time, so a million examples need no more memory than a
    thousand.
    """
    if reduction == "none":
        return by_rows(formula, *arrays, axis=axis, result="number")
    _, prepared = _prepare(arrays, axis)
    z, n_classes = prepared[0]
    n = math.prod(z.shape[:-1])

    def total(divisor):
        sums = []
        for index in blocks(z.shape[:-1], n_classes) if z.size else ():
            rows = [_rows(x, index, k) for x, k in prepared]
            numbers = np.empty(len(rows[0]))
            formula(*rows, numbers)
            sums.append((numbers / divisor).sum())
        return np.sum(sums)

    with np.errstate(all="ignore"):
        answer = total(1)
        if reduction == "mean":  # may be a number even where the sum overflows
            answer = total(n) if np.isinf(answer) else np.divide(answer, n)
        return float_dtype(z).type(answer)


def check_reduction(reduction):
    """Refuse any reduction but the three that there are."""
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f'reduction must be "mean", "sum" or "none", not {reduction!r}')
    return reduction
