// Ranks, ROC and precision-recall curves, as scikit-learn defines them: equal scores are one step.
// score is (N,), positive (N,) of 0 and 1; tests/parity compares with scikit-learn.

/** Rank of each score from 1 to N, the lowest first; equal scores share their mean rank. */
export function ranks(score) {
  const order = score.map((_, n) => n).sort((i, j) => score[i] - score[j]);
  const out = new Array(score.length);
  for (let first = 0; first < order.length; ) {
    let last = first;
    while (last + 1 < order.length && score[order[last + 1]] === score[order[first]]) last += 1;
    for (let n = first; n <= last; n += 1) out[order[n]] = (first + last) / 2 + 1;
    first = last + 1;
  }
  return out;
}

/** The share of pairs of a positive and a negative that are in order, a tie counted as half. */
export function auc(score, positive) {
  const P = positive.filter((y) => y).length;
  const N = positive.length - P;
  let total = 0;
  ranks(score).forEach((rank, n) => (total += positive[n] ? rank : 0));
  return (total - (P * (P + 1)) / 2) / (P * N);
}

/** How many are called positive, rightly (tp) and wrongly (fp), at each distinct threshold, highest first. */
export function steps(score, positive) {
  const order = score.map((_, n) => n).sort((i, j) => score[j] - score[i]);
  const out = [];
  let [tp, fp] = [0, 0];
  order.forEach((n, i) => {
    if (positive[n]) tp += 1;
    else fp += 1;
    if (i + 1 === order.length || score[order[i + 1]] !== score[n]) out.push({ threshold: score[n], tp, fp });
  });
  return out;
}

/** The ROC curve from (0, 0) to (1, 1): {fpr, tpr}. */
export function rocCurve(score, positive) {
  const all = steps(score, positive);
  const { tp: P, fp: N } = all[all.length - 1];
  return { fpr: [0, ...all.map((s) => s.fp / N)], tpr: [0, ...all.map((s) => s.tp / P)] };
}

/** The precision-recall curve, the highest threshold first: {recall, precision}. */
export function precisionRecall(score, positive) {
  const all = steps(score, positive);
  const P = all[all.length - 1].tp;
  return { recall: all.map((s) => s.tp / P), precision: all.map((s) => s.tp / (s.tp + s.fp)) };
}

/** Mean precision over the steps of recall. */
export function averagePrecision(score, positive) {
  const { recall, precision } = precisionRecall(score, positive);
  let total = 0;
  recall.forEach((r, i) => (total += (r - (i ? recall[i - 1] : 0)) * precision[i]));
  return total;
}

/** The four counts if everything with score >= t is called positive. */
export function confusion(score, positive, t) {
  const count = { tp: 0, fp: 0, fn: 0, tn: 0 };
  score.forEach((s, n) => (count[s >= t ? (positive[n] ? "tp" : "fp") : positive[n] ? "fn" : "tn"] += 1));
  return count;
}
