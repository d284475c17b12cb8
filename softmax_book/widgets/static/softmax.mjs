// The maths of the widgets: softmax_src in JavaScript, formula for formula.
// tests/parity runs one table of cases through both and compares to 1e-12.

export const sum = (v) => v.reduce((s, x) => s + x, 0);

/** a_j = exp((z_j - max z) / T) / sum_k exp((z_k - max z) / T) */
export function softmax(z, T = 1) {
  const top = Math.max(...z);
  const e = z.map((x) => Math.exp((x - top) / T));
  const total = sum(e);
  return e.map((x) => x / total);
}

/**
 * The largest logit, and the sum of the other exponentials relative to it: what log1p needs.
 * Where the largest is not finite there is no softmax, and the sum is NaN.
 */
function rest(z) {
  const top = Math.max(...z);
  if (!Number.isFinite(top)) return [top, NaN];
  const m = z.indexOf(top);
  return [top, sum(z.map((x, k) => (k === m ? 0 : Math.exp(x - top))))];
}

/** LSE(z) = max z + log1p(rest); of -inf alone, or of no logits, -inf */
export function logsumexp(z) {
  const [top, others] = rest(z);
  return Number.isFinite(top) ? top + Math.log1p(others) : top;
}

/** sigma(z) = 1 / (1 + exp(-z)), from the side that cannot overflow */
export function sigmoid(z) {
  const e = Math.exp(-Math.abs(z));
  return (z >= 0 ? 1 : e) / (1 + e);
}

/** C = -log a_c = log1p(rest) + (max z - z_c) for the integer label c */
export function softmaxLoss(z, c) {
  const [top, others] = rest(z);
  return Math.log1p(others) + (top - z[c]);
}
