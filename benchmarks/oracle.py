"""True values from mpmath, and the distance of a float from them in units in the last place.

The oracle shares no formula with softmax_src: it works with 160 bits and sums exactly. A true
value is kept as two floats, ``high + low`` with 106 bits, so that errors can be measured by NumPy.
"""

from dataclasses import dataclass
from functools import cached_property

import mpmath
import numpy as np

mp = mpmath.mp.clone()
mp.prec = 160

#: Exponentials below e^-1200 cannot change any float: the smallest is about e^-744.
NEGLIGIBLE = -1200


@dataclass
class Exact:
    """True values to 106 bits."""

    high: np.ndarray
    low: np.ndarray

    @classmethod
    def of(cls, values):
        """Split mpmath numbers (any nested list) into two floats each."""
        values = np.asarray(values, dtype=object)
        high = np.array([float(v) for v in values.flat])
        low = [
            float(v - h) if np.isfinite(h) else 0.0 for v, h in zip(values.flat, high, strict=True)
        ]
        return cls(high.reshape(values.shape), np.reshape(low, values.shape))

    def ulps(self, computed, scale=None):
        """Return the largest error of ``computed``, in units in the last place of its type.

        ``scale`` replaces the true value in the choice of the unit.
        """
        computed = np.asarray(computed)
        with np.errstate(all="ignore"):
            rounded = self.high.astype(computed.dtype)
            unit = np.abs(rounded if scale is None else np.asarray(scale, computed.dtype))
            unit = np.spacing(np.minimum(unit, np.finfo(computed.dtype).max)).astype(float)
            error = np.asarray(np.abs((computed.astype(float) - self.high) - self.low) / unit)
        error[np.isinf(computed) & (computed == rounded)] = 0.0
        return float(np.max(np.nan_to_num(error, nan=np.inf, posinf=np.inf), initial=0.0))


class Row:
    """All that is to know about one row of logits, to 160 bits."""

    def __init__(self, z, temperature=1.0):
        # Equal logits are worked out once: long rows have thousands of them.
        kinds, self.kind, self.counts = np.unique(
            np.asarray(z, float), return_inverse=True, return_counts=True
        )
        logits = [mp.mpf(v) for v in kinds.tolist()]
        self.top = int(np.argmax(z))
        self.m = logits[self.kind[self.top]]
        self.d_of_kind = [(v - self.m) / mp.mpf(float(temperature)) for v in logits]
        self.e_of_kind = [mp.exp(d) if d > NEGLIGIBLE else mp.zero for d in self.d_of_kind]
        self.z = [logits[i] for i in self.kind]
        self.d = [self.d_of_kind[i] for i in self.kind]
        self.e = [self.e_of_kind[i] for i in self.kind]
        self.total = mp.fdot(self.counts.tolist(), self.e_of_kind)

    def others(self, k):
        """Sum of all exponentials but the k-th, without cancellation."""
        counts = self.counts.copy()
        counts[self.kind[k]] -= 1
        return mp.fdot(counts.tolist(), self.e_of_kind)

    def _of_kind(self, values):
        """Return the values of the kinds of logits as true values, one for each logit."""
        exact = Exact.of(values)
        return Exact(exact.high[self.kind], exact.low[self.kind])

    @cached_property
    def log_total(self):
        """LSE(z) − m."""
        return mp.log1p(self.others(self.top))

    @cached_property
    def _softmax(self):
        return self._of_kind([e / self.total for e in self.e_of_kind])

    def softmax(self):
        """Probabilities."""
        return self._softmax

    def log_softmax(self):
        """Log-probabilities."""
        log_total = self.log_total
        return self._of_kind([d - log_total for d in self.d_of_kind])

    def logsumexp(self):
        """The logarithm of the sum of exponentials."""
        return Exact.of([self.m + self.log_total])

    def loss(self, c):
        """Negative log-likelihood of class c."""
        return Exact.of([self.log_total - self.d[c]])

    def gradient(self, c, n=1):
        """Gradient of that loss in a mean over n examples."""
        total = n * self.total
        gradient = self._of_kind([e / total for e in self.e_of_kind])
        at_c = Exact.of([-self.others(c) / total])
        gradient.high[c], gradient.low[c] = at_c.high[0], at_c.low[0]
        return gradient

    def soft_gradient(self, y):
        """Gradient a − y for a target distribution."""
        return Exact.of([e / self.total - mp.mpf(float(t)) for e, t in zip(self.e, y, strict=True)])

    def soft_loss(self, y):
        """Cross-entropy with a target distribution, where 0 log 0 is 0."""
        log_total = self.log_total
        terms = [mp.mpf(float(t)) * (log_total - d) for t, d in zip(y, self.d, strict=True) if t]
        return Exact.of([mp.fsum(terms)])

    def margin(self):
        """One-vs-rest margins."""
        margins = []
        for k, d in enumerate(self.d):
            rivals = [v for j, v in enumerate(self.d) if j != k]
            m = max(rivals, default=-mp.inf)
            if mp.isinf(m):
                margins.append(mp.inf)
            else:
                e = [mp.exp(v - m) if v - m > NEGLIGIBLE else mp.zero for v in rivals]
                margins.append(d - m - mp.log(mp.fsum(e)))
        return Exact.of(margins)

    def jacobian(self):
        """The matrix diag(a) − a aᵀ."""
        a = [e / self.total for e in self.e]
        return Exact.of(
            [
                [x * self.others(i) / self.total if i == j else -x * y for j, y in enumerate(a)]
                for i, x in enumerate(a)
            ]
        )

    def jvp(self, v):
        """The Jacobian times a vector, with the sum over pairs, which needs no 1 − a."""
        a = [e / self.total for e in self.e]
        v = [mp.mpf(float(x)) for x in v]
        return Exact.of(
            [
                x * mp.fsum(y * (vx - vy) for y, vy in zip(a, v, strict=True))
                for x, vx in zip(a, v, strict=True)
            ]
        )
