// One threshold on the margin: four counts, and a point on the ROC and on the precision-recall curve.

import { sigmoid } from "./static/softmax.mjs";
import { auc, averagePrecision, confusion, precisionRecall, rocCurve } from "./static/ranking.mjs";
import { axes, fixed, html, line, onPhone, point, responsive, significant, sub, svg, write } from "./static/plot.mjs";
import { liveRegion, predict, put, traitSlider } from "./static/controls.mjs";

const RANGE = [-20, 20];
const STEP = 0.25;

const falseAlarms = (n) => `${n} false alarm${n === 1 ? "" : "s"}`;

/** The highest threshold of the slider at which at least this share of the class is found. */
export function thresholdFor(margin, positive, share) {
  for (let t = RANGE[1]; t >= RANGE[0]; t -= STEP) {
    const { tp, fn } = confusion(margin, positive, t);
    if (tp >= share * (tp + fn)) return t;
  }
  return RANGE[0];
}

/** The sigmoid of t in three digits; near 1 they are those of what is missing there. */
export const probability = (t) => (t < 5 ? significant(sigmoid(t), 3) : `1 − ${significant(sigmoid(-t), 3)}`);

function render({ model, el }) {
  const [k, margin, positive] = ["k", "margin", "positive"].map((key) => model.get(key));
  const P = positive.filter((y) => y).length;
  const N = positive.length - P;
  const roc = rocCurve(margin, positive);
  const pr = precisionRecall(margin, positive);

  const rates = (t) => {
    const count = confusion(margin, positive, t);
    const called = count.tp + count.fp;
    return { ...count, tpr: count.tp / P, fpr: count.fp / N, precision: called ? count.tp / called : NaN };
  };

  const [rocHolder, prHolder] = [html("div"), html("div")];
  const points = {};
  const draw = (name, xlabel, ylabel, xs, ys, chance) => (width) => {
    const side = Math.min(width, 340);
    const ax = axes({
      width: side, height: onPhone(side, 225), x: [0, 1], y: [0, 1], xlabel, ylabel, xticks: [0, 0.5, 1], yticks: [0, 0.5, 1],
      label: `${name}: ${ylabel} against ${xlabel}`,
    });
    ax.area.append(svg("line", { class: "sx-chance", x1: ax.sx(0), x2: ax.sx(1), y1: ax.sy(chance[0]), y2: ax.sy(chance[1]) }));
    line(ax, 1, xs, ys);
    const dot = point(ax, 2);
    dot.node.setAttribute("r", 7);
    ax.node.append(dot.node); // above the frame's clip: the point may sit on the edge
    points[name] = dot;
    update();
    return ax.node;
  };

  const cells = Object.fromEntries(["tp", "fp", "fn", "tn"].map((key) => [key, html("td", { class: "sx-value", "data-number": key })]));
  const head = (text, scope) => html("th", { scope }, text);
  const table = html("table", { class: "sx-counts", "aria-label": "Counts at the threshold" },
    html("thead", {}, html("tr", {}, html("td"), head(`called ${k}`, "col"), head(`not called ${k}`, "col"))),
    html("tbody", {},
      html("tr", {}, head(`is ${k}`, "row"), cells.tp, cells.fn),
      html("tr", {}, head(`is not ${k}`, "row"), cells.fp, cells.tn)));
  const sentence = html("p", { class: "sx-sentence" });
  const slide = traitSlider(model, "t", { label: "threshold", name: "threshold on the margin", min: RANGE[0], max: RANGE[1], step: STEP });
  const [least, asProbability] = [html("span"), html("span")];
  const both = html("p", { class: "sx-both" },
    "Called positive: ", sub("m", k), " ≥ ", least, ", which says the same as ", sub("a", k), " ≥ ", asProbability, ".");
  const played = html("div", {}, slide.node, both,
    html("div", { class: "sx-columns" }, table, sentence),
    html("div", { class: "sx-columns" }, rocHolder, prHolder),
    html("p", { class: "sx-note" }, `Area under the ROC curve ${fixed(auc(margin, positive), 3)}; average precision ${fixed(averagePrecision(margin, positive), 3)}. Dotted: scores without information.`));

  const question = predict({
    question: `${P} of ${P + N} pictures show the digit ${k}, and the AUC is ${fixed(auc(margin, positive), 3)}. Suppose that the threshold is set so that 9 of 10 of them are found. How many of the other ${N} are then called ${k} as well? (The threshold can be moved after the guess.)`,
    min: 0, max: N, step: 1, start: 10, format: (v) => fixed(v, 0),
    reveal: (guess) => {
      const t = thresholdFor(margin, positive, 0.9);
      const { tp, fp } = confusion(margin, positive, t);
      put(model, "t", t);
      put(model, "revealed", true);
      return `You said ${guess}. At the threshold ${fixed(t, 2)} we find ${tp} of ${P}, with ${falseAlarms(fp)}: of the pictures called ${k}, ${fixed((100 * tp) / (tp + fp), 0)} % are right.`;
    },
  });

  const live = liveRegion();
  function update() {
    const t = model.get("t");
    const now = rates(t);
    for (const [key, cell] of Object.entries(cells)) write(cell, String(now[key]));
    points.ROC?.update(now.fpr, now.tpr);
    if (points["precision-recall"]) {
      points["precision-recall"].node.style.display = Number.isNaN(now.precision) ? "none" : "";
      if (!Number.isNaN(now.precision)) points["precision-recall"].update(now.tpr, now.precision);
    }
    const precision = Number.isNaN(now.precision) ? "not defined: nothing is called positive" : fixed(now.precision, 3);
    write(sentence, `True-positive rate (recall) ${fixed(now.tpr, 3)}, false-positive rate ${fixed(now.fpr, 3)}, precision ${precision}.`);
    write(least, fixed(t, 2));
    write(asProbability, probability(t));
    played.hidden = !model.get("revealed");
    slide.sync();
    live.say(`Threshold ${fixed(t, 2)}: ${now.tp} found, ${falseAlarms(now.fp)}, precision ${precision}.`);
  }

  el.append(question.node, played, live.node);
  const widths = [
    [rocHolder, draw("ROC", "false-positive rate", "true-positive rate", roc.fpr, roc.tpr, [0, 1])],
    [prHolder, draw("precision-recall", "recall", "precision", pr.recall, pr.precision, [P / (P + N), P / (P + N)])],
  ];
  played.hidden = false; // measured once, then hidden until the guess is made
  const stops = widths.map(([holder, drawing]) => responsive(holder, drawing));
  update();
  const events = "change:t change:revealed";
  model.on(events, update);
  return () => {
    stops.forEach((stop) => stop());
    model.off?.(events, update);
  };
}

export default { render };
