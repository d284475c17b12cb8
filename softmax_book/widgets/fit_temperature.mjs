// Fit the temperature by eye: sticks join what the model says (the diagonal) to how often it is right.
// Their mean length, weighted by the examples in each bin, is the ECE.

import { softmax, softmaxLoss, sum } from "./static/softmax.mjs";
import { axes, fixed, html, line, linspace, onPhone, responsive, rule, svg, write } from "./static/plot.mjs";
import { button, liveRegion, put, traitSlider } from "./static/controls.mjs";

const RANGE = [0.5, 4];

/** Bins of equal width in (0, 1]: how many examples, their mean confidence, how many are right. */
export function reliabilityBins(p, labels, B) {
  const bins = Array.from({ length: B }, () => ({ count: 0, confidence: 0, accuracy: 0 }));
  p.forEach((row, n) => {
    const top = Math.max(...row);
    let b = Math.min(B - 1, Math.max(0, Math.ceil(top * B) - 1));
    while (b > 0 && top <= b / B) b -= 1; // on an edge the lower bin, whatever the rounding
    while (b < B - 1 && top > (b + 1) / B) b += 1;
    bins[b].count += 1;
    bins[b].confidence += top;
    bins[b].accuracy += row.indexOf(top) === labels[n] ? 1 : 0;
  });
  return bins.map(({ count, confidence, accuracy }) =>
    ({ count, confidence: count ? confidence / count : NaN, accuracy: count ? accuracy / count : NaN }));
}

/** Everything that the widget shows of logits z (N, K) at a temperature. */
export function judge(z, labels, T, B) {
  const bins = reliabilityBins(z.map((row) => softmax(row, T)), labels, B);
  const mean = (key) => sum(bins.map((b) => (b.count ? b.count * b[key] : 0))) / labels.length;
  return {
    bins,
    accuracy: mean("accuracy"),
    confidence: mean("confidence"),
    ece: sum(bins.map((b) => (b.count ? b.count * Math.abs(b.accuracy - b.confidence) : 0))) / labels.length,
    nll: sum(z.map((row, n) => softmaxLoss(row.map((x) => x / T), labels[n]))) / labels.length,
  };
}

/** A marker's radius: its area grows with the number of examples. */
const radius = (count, total) => 2 + 16.5 * Math.sqrt(count / total);

function render({ model, el }) {
  const [z, labels, B, fitted] = ["z", "labels", "n_bins", "T_fitted"].map((key) => model.get(key));
  const at = (T) => judge(z, labels, T, B);
  const before = at(1);

  // The reliability diagram.
  const diagram = html("div");
  let sticks;
  const drawDiagram = (width) => {
    const side = Math.min(width, 380);
    const ax = axes({
      width: side, height: onPhone(side, 225), x: [0, 1], y: [0, 1], xlabel: "confidence", ylabel: "share that is right",
      label: "Reliability diagram: how often the answers are right, against their confidence", xticks: [0, 0.2, 0.4, 0.6, 0.8, 1],
    });
    ax.area.append(svg("line", { class: "sx-diagonal", x1: ax.sx(0), y1: ax.sy(0), x2: ax.sx(1), y2: ax.sy(1) }));
    const ghosts = before.bins.map((b) =>
      svg("circle", { class: "sx-ghost", r: b.count ? radius(b.count, labels.length) : 0, cx: ax.sx(b.confidence || 0), cy: ax.sy(b.accuracy || 0) }));
    const lines = before.bins.map(() => svg("line", { class: "sx-stick" }));
    const heads = before.bins.map(() => svg("circle", { class: "sx-head" }));
    ax.node.append(...ghosts, ...lines, ...heads); // not clipped: a marker may reach over the edge
    sticks = (bins) => bins.forEach(({ count, confidence, accuracy }, b) => {
      const [x, y, foot] = count ? [ax.sx(confidence), ax.sy(accuracy), ax.sy(confidence)] : [0, 0, 0];
      heads[b].setAttribute("r", count ? radius(count, labels.length) : 0);
      heads[b].setAttribute("cx", x);
      heads[b].setAttribute("cy", y);
      for (const [key, v] of Object.entries({ x1: x, x2: x, y1: y, y2: foot })) lines[b].setAttribute(key, v);
    });
    update();
    return ax.node;
  };

  // The costs over T, once the reader has chosen one.
  const costs = html("div");
  const grid = linspace(...RANGE, 71);
  let table;
  let cursors = [];
  const drawCosts = (width) => {
    cursors = [];
    if (!model.get("revealed")) return html("div");
    table ??= grid.map(at);
    const one = (key, name, series) => {
      const values = table.map((row) => row[key]);
      const ax = axes({
        width: Math.min(width, 380), height: onPhone(150, 125), x: RANGE, y: [0, 1.1 * Math.max(...values)],
        xlabel: key === "ece" ? "temperature T" : "", ylabel: name, xticks: [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4],
        label: `${name} as a curve over the temperature`, yticks: key === "ece" ? [0, 0.1, 0.2] : undefined,
      });
      line(ax, series, grid, values);
      rule(ax, "x", fitted, "truth");
      cursors.push(rule(ax, "x", model.get("T")));
      return ax.node;
    };
    return html("div", {}, one("nll", "NLL", 1), one("ece", "ECE", 2));
  };

  // The numbers.
  const rows = [["accuracy", "accuracy"], ["confidence", "mean confidence"], ["nll", "NLL"], ["ece", "ECE"]].map(([key, name]) => {
    const value = html("td", { class: "sx-value", "data-number": key });
    return { key, value, node: html("tr", {}, html("th", { scope: "row" }, name), html("td", { class: "sx-value" }, ["nll", "ece"].includes(key) ? "" : fixed(before[key], 3)), value) };
  });
  const numbers = html("table", { class: "sx-numbers", "aria-label": "Quality without and with the temperature" },
    html("thead", {}, html("tr", {}, ...["", "T = 1", "now"].map((t) => html("th", { scope: "col" }, t || html("span", { class: "sx-unseen" }, "quantity"))))),
    html("tbody", {}, ...rows.map((r) => r.node)));

  const temperature = traitSlider(model, "T", { label: html("i", {}, "T"), name: "temperature T", min: RANGE[0], max: RANGE[1], step: 0.05 });
  const answer = html("p", { class: "sx-answer", role: "status" });
  const reveal = button("Reveal NLL and ECE", () => {
    if (model.get("revealed")) return;
    const [T, mine, best] = [model.get("T"), at(model.get("T")), at(fitted)];
    put(model, "revealed", true);
    answer.textContent = `By eye you chose T = ${fixed(T, 2)}: NLL ${fixed(mine.nll, 3)}, ECE ${fixed(mine.ece, 3)}. `
      + `Fitted on other digits, T = ${fixed(fitted, 2)}: NLL ${fixed(best.nll, 3)}, ECE ${fixed(best.ece, 3)}. Now try other values of T.`;
  });
  const question = html("div", { class: "sx-predict" },
    html("p", {}, "First try it by eye: move ", html("i", {}, "T"), " until the markers lie as near the diagonal as you can bring them. Then reveal the costs of your choice."),
    html("div", { class: "sx-by-eye" }, temperature.node), reveal, answer);

  const live = liveRegion();
  function update() {
    const T = model.get("T");
    const now = at(T);
    sticks?.(now.bins);
    cursors.forEach((c) => c.update(T));
    const shown = model.get("revealed");
    rows.forEach(({ key, value, node }) => {
      const secret = !shown && ["nll", "ece"].includes(key);
      write(value, secret ? "?" : fixed(now[key], 3));
      write(node.children[1], secret ? "?" : fixed(before[key], 3));
    });
    reveal.setAttribute("aria-disabled", shown); // were it disabled, it would lose the focus
    temperature.sync();
    live.say(`At T = ${fixed(T, 2)} the mean confidence is ${fixed(now.confidence, 3)} and the accuracy ${fixed(now.accuracy, 3)}${shown ? `, NLL ${fixed(now.nll, 3)}, ECE ${fixed(now.ece, 3)}` : ""}.`);
  }
  const unveil = () => {
    stopCosts();
    stopCosts = responsive(costs, drawCosts);
    update();
  };

  const stopDiagram = responsive(diagram, drawDiagram);
  let stopCosts = responsive(costs, drawCosts);
  el.append(question, html("div", { class: "sx-columns" }, diagram, html("div", {}, numbers, costs)), live.node);
  update();
  model.on("change:T", update);
  model.on("change:revealed", unveil);
  return () => {
    stopDiagram();
    stopCosts();
    model.off?.("change:T", update);
    model.off?.("change:revealed", unveil);
  };
}

export default { render };
