// Predictions against a target as bars, and below them the gradient in the logits beside a − y.
// The bars' heads can be dragged; the sliders do the same by keyboard.

import { logsumexp, softmax, sum } from "./static/softmax.mjs";
import { axes, fixed, html, responsive, sub, svg, write } from "./static/plot.mjs";
import { button, choice, liveRegion, predict, put, slider } from "./static/controls.mjs";

const LIMIT = 6;
const CLASSES = [0, 1, 2, 3];

/** As in delta_bars.py. */
export const TARGETS = {
  "one-hot": [0, 1, 0, 0],
  smoothed: [0.025, 0.925, 0.025, 0.025],
  shared: [0, 0.5, 0.5, 0],
  "two-hot": [0, 1, 1, 0],
  none: [0, 0, 0, 0],
};

/** C = sum_k y_k (LSE(z) - z_k) */
export const cost = (z, y) => sum(z.map((x, k) => (y[k] === 0 ? 0 : y[k] * (logsumexp(z) - x))));

/** dC/dz_k = (sum of y) a_k - y_k */
export const delta = (z, y) => softmax(z).map((a, k) => sum(y) * a - y[k]);

/** The formula that many take for the gradient: a_k - y_k */
export const naive = (z, y) => softmax(z).map((a, k) => a - y[k]);

/** The z_k that gives a_k = p while the other logits stay. */
export const logitFor = (z, k, p) => logsumexp(z.filter((_, j) => j !== k)) + Math.log(p / (1 - p));

const clamp = (x) => Math.min(LIMIT, Math.max(-LIMIT, x));

function render({ model, el }) {
  const start = [...model.get("z")];
  const z = () => model.get("z");
  const y = () => TARGETS[model.get("target")];
  const setLogit = (k, value) => put(model, "z", z().map((old, j) => (j === k ? value : old)));

  const picture = html("div", { class: "sx-delta" });
  let parts;
  const draw = (width) => {
    const common = { width, x: [0.4, 4.6], xticks: [1, 2, 3, 4], xformat: (k) => `class ${k}` };
    const [high, low] = width < 480 ? [150, 130] : [200, 180]; // bars and buttons on one phone's screen
    const above = axes({ ...common, height: high, y: [-0.04, 1.06], yticks: [0, 0.5, 1], ylabel: "output", label: "Four predictions as bars, with their targets as marks" });
    const reach = 1.1 * Math.max(1, sum(y()));
    const below = axes({ ...common, height: low, y: [-reach, reach], yticks: [-2, -1, 0, 1, 2].filter((v) => Math.abs(v) < reach), ylabel: "gradient", label: "The four derivatives of the cost as bars, up or down from zero" });
    below.area.append(svg("line", { class: "sx-rule", x1: below.left, x2: below.right, y1: below.sy(0), y2: below.sy(0) }));
    const unit = above.sx(2) - above.sx(1);
    const box = (ax, kind, share) => {
      const node = svg("rect", { class: kind, width: share * unit });
      ax.area.append(node);
      return (k, from, to) => {
        node.setAttribute("x", ax.sx(k + 1) - (share * unit) / 2);
        node.setAttribute("y", ax.sy(Math.max(from, to)));
        node.setAttribute("height", Math.abs(ax.sy(from) - ax.sy(to)));
      };
    };
    parts = CLASSES.map((k) => {
      const prediction = box(above, "sx-fill sx-s1", 0.5);
      const gradient = box(below, "sx-fill sx-s5 sx-delta-answer", 0.5);
      const naive = box(below, "sx-delta-naive sx-delta-answer", 0.66);
      const mark = svg("line", { class: "sx-delta-target", x1: above.sx(k + 1) - 0.36 * unit, x2: above.sx(k + 1) + 0.36 * unit });
      const head = svg("g", { class: "sx-delta-head" }, svg("circle", { class: "sx-delta-grip", r: 15 }), svg("circle", { r: 7 }));
      above.area.append(mark);
      above.node.append(head);
      drag(above, head, k);
      return { prediction, gradient, naive, mark, head, above };
    });
    picture.reach = reach;
    update();
    return html("div", {}, above.node, below.node);
  };

  function drag(ax, head, k) {
    const [top, bottom] = [ax.sy(1), ax.sy(0)];
    head.addEventListener("pointerdown", (event) => {
      head.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    head.addEventListener("pointermove", (event) => {
      if (!head.hasPointerCapture(event.pointerId)) return;
      const frame = ax.node.getBoundingClientRect();
      const at = ((event.clientY - frame.top) / frame.height) * ax.node.viewBox.baseVal.height;
      const p = Math.min(0.999, Math.max(0.001, (bottom - at) / (bottom - top)));
      setLogit(k, Number(clamp(logitFor(z(), k, p)).toFixed(2)));
    });
  }

  const logits = CLASSES.map((k) =>
    slider({ label: sub("z", k + 1), min: -LIMIT, max: LIMIT, step: 0.01, get: () => z()[k], set: (v) => setLogit(k, v) }));
  const targets = choice(model, "target", "Target", [
    ["one-hot", "one class"], ["smoothed", "smoothed"], ["shared", "half and half"],
    ["two-hot", "two classes, sum 2"], ["none", "none, sum 0"],
  ]);
  const step = (direction) => put(model, "z", z().map((x, k) => clamp(x - direction[k])));
  const downhill = button("Step along −δ", () => step(delta(z(), y())));
  const astray = button("Step along −(a − y)", () => step(naive(z(), y())));
  const reset = button("Start again", () => put(model, "z", start));

  // The same numbers as a table: for reading off, and for those who do not see the bars.
  const head = html("tr", {}, html("td", {}, "class"), ...CLASSES.map((k) => html("th", { scope: "col" }, String(k + 1))), html("th", { scope: "col" }, "sum"));
  const rows = {};
  const row = (key, label) => {
    rows[key] = [...CLASSES, "sum"].map((k) => html("td", { "data-cell": `${key}-${k}` }));
    return html("tr", { class: `sx-row-${key}` }, html("th", { scope: "row" }, label), ...rows[key]);
  };
  const key = (kind) => html("span", { class: `sx-key ${kind}`, "aria-hidden": "true" });
  const word = (text) => html("span", { class: "sx-word" }, text);
  const table = html(
    "table", { class: "sx-table", "aria-label": "Predictions, targets and derivatives of each class" }, head,
    row("a", html("span", {}, key("sx-key-a"), html("i", {}, "a"), word(", prediction"))),
    row("y", html("span", {}, key("sx-key-y"), html("i", {}, "y"), word(", target"))),
    row("delta", html("span", {}, key("sx-key-delta"), html("i", {}, "δ"), word(" = ∂C/∂z"))),
    row("naive", html("span", {}, key("sx-key-naive"), html("i", {}, "a − y"))),
  );

  const question = predict({
    question: html("span", {}, "Guess: what is ", sub("δ", 2), ", the derivative of the cost in ", sub("z", 2), "?"),
    min: -2, max: 2, step: 0.05, start: 0,
    reveal(guess) {
      put(model, "revealed", true);
      const truth = delta(z(), y())[1];
      return `δ₂ = ${fixed(truth, 2)}. Your guess was ${Math.abs(guess - truth) < 0.075 ? "right" : `${fixed(Math.abs(guess - truth), 2)} ${guess < truth ? "too low" : "too high"}`}.`;
    },
  });
  const verdict = html("p", { class: "sx-note", "data-verdict": "" });
  const live = liveRegion();
  live.node.classList.add("sx-unseen"); // the table and the verdict show what it says

  function update() {
    const [a, t, gradient, revealed] = [softmax(z()), y(), delta(z(), y()), model.get("revealed")];
    const wrong = naive(z(), t);
    if (picture.reach !== 1.1 * Math.max(1, sum(t))) return picture.replaceChildren(draw(picture.clientWidth || 720));
    parts.forEach((part, k) => {
      part.prediction(k, 0, a[k]);
      part.gradient(k, 0, gradient[k]);
      part.naive(k, 0, wrong[k]);
      for (const end of ["y1", "y2"]) part.mark.setAttribute(end, part.above.sy(t[k]));
      part.head.setAttribute("transform", `translate(${part.above.sx(k + 1)} ${part.above.sy(a[k])})`);
    });
    el.classList.toggle("sx-delta-hidden", !revealed);
    const fill = (key, values, hidden) =>
      rows[key].forEach((cell, i) => write(cell, hidden ? "?" : fixed([...values, sum(values)][i], 3)));
    fill("a", a);
    fill("y", t);
    fill("delta", gradient, !revealed);
    fill("naive", wrong, !revealed);
    const total = sum(t);
    const held = z().some((x) => Math.abs(x) === LIMIT);
    const state = `Cost C = ${fixed(cost(z(), t), 3)}, sum of the logits ${fixed(sum(z()), 2)}.${held ? ` Here logits end at ±${LIMIT}, and steps with them.` : ""}`;
    write(verdict, !revealed ? state
      : Math.abs(total - 1) < 1e-9 ? `${state} The target sums to 1, so δ and a − y are the same.`
      : `${state} The target sums to ${fixed(total, 0)}, so δ = ${fixed(total, 0)}·a − y, and a − y is not the gradient of this cost.`);
    [...logits, targets].forEach((control) => control.sync());
    const list = (numbers) => numbers.map((x) => fixed(x, 2)).join(", ");
    live.say(`${revealed ? `Gradient ${list(gradient)}` : `Predictions ${list(a)}; targets ${list(t)}`}. ${verdict.textContent}`);
  }

  const stop = responsive(picture, draw);
  el.append(
    targets.node, picture, html("p", { class: "sx-buttons" }, downhill, astray, reset), verdict,
    html("div", { class: "sx-delta-logits" }, ...logits.map((s) => s.node)), question.node, table, live.node,
  );
  model.on("change:z change:target change:revealed", update);
  return () => {
    stop();
    model.off?.("change:z change:target change:revealed", update);
  };
}

export default { render };
