// One key that matters among distractors: its logit against the LSE of theirs, and its weight as they
// become more.

import { logsumexp, sigmoid } from "./static/softmax.mjs";
import { axes, fixed, html, label, line, linspace, point, responsive, svg, write } from "./static/plot.mjs";
import { liveRegion, predict, put, slider, toggle, traitSlider } from "./static/controls.mjs";

const MOST = 4096;
const [GOLDEN, SQUARE] = [0.6180339887498949, 0.41421356237309515];

/** As lost_key.py: fixed numbers, spread as standard normal ones are. */
export function standardNormal(n) {
  return Array.from({ length: n }, (_, i) => {
    const [u, v] = [((i + 1) * GOLDEN) % 1, ((i + 1) * SQUARE) % 1];
    return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
  });
}

const NORMAL = standardNormal(MOST);
const COUNTS = [...new Set(linspace(0, 12, 49).map((x) => Math.round(2 ** x)))];

/** The key's logit, and those of all distractors. */
export function logits(d, c, divide) {
  return { key: (c * d) / (divide ? Math.sqrt(d) : 1), others: NORMAL.map((x) => x * (divide ? 1 : Math.sqrt(d))) };
}

/** LSE of the first distractor, the first two, and so on: one pass. */
export function running(others) {
  let [top, total] = [-Infinity, 0];
  return others.map((x) => {
    const next = Math.max(top, x);
    total = total * (top === next ? 1 : Math.exp(top - next)) + Math.exp(x - next);
    top = next;
    return top + Math.log(total);
  });
}

/** With how many distractors the key first has less than half; null if never. */
export function losesAt(d, c, divide) {
  const { key, others } = logits(d, c, divide);
  const found = running(others).findIndex((rivals) => rivals > key);
  return found < 0 ? null : found + 1;
}

function render({ model, el }) {
  const get = (key) => model.get(key);
  const now = () => logits(get("d"), get("c"), get("divide"));
  const whole = (x) => String(Math.round(x));
  const strip = html("div");
  const curve = html("div");
  let drawStrip = () => {};
  let drawCurve = () => {};

  const makeStrip = (width) => {
    const height = 92;
    const node = svg("svg", {
      class: "sx-strip lk-strip", viewBox: `0 0 ${width} ${height}`, width, height, role: "img",
      "aria-label": "Logits on a line: the distractors as ticks, the key as a dot, and the log-sum-exp of the distractors as a dashed line",
    });
    const ticks = svg("path", { class: "lk-ticks" });
    const rule = svg("line", { class: "sx-line sx-s2", y1: 4, y2: 74 });
    const dot = svg("circle", { class: "sx-point sx-s1", r: 7, cy: 34 });
    const ends = [4, width - 4].map((x, i) => svg("text", { class: "sx-tick", x, y: 88, "text-anchor": i ? "end" : "start" }));
    node.append(svg("line", { class: "sx-rule", x1: 8, x2: width - 8, y1: 74, y2: 74 }), ticks, rule, dot, ...ends);
    drawStrip = (key, shown, rivals) => {
      const [low, high] = [Math.min(key, ...shown) - 0.5, Math.max(key, rivals, ...shown) + 0.5];
      const x = (z) => 8 + ((z - low) / (high - low)) * (width - 16); // the dot's radius, and a pixel
      ticks.setAttribute("d", shown.map((z) => `M${x(z).toFixed(1)} 50V73`).join(""));
      [["x1", rule], ["x2", rule]].forEach(([name, part]) => part.setAttribute(name, x(rivals)));
      dot.setAttribute("cx", x(key));
      ends.forEach((end, i) => write(end, fixed(i ? high : low, 1)));
    };
    update();
    return node;
  };

  const makeCurve = (width) => {
    const ax = axes({
      width, height: 170, x: [0, 12.25], y: [0, 1], xlabel: "number of distractors", ylabel: "weight",
      label: "The key's weight over the number of distractors",
      xticks: [0, 2, 4, 6, 8, 10, 12], yticks: [0, 0.5, 1], xformat: (v) => String(2 ** v),
    });
    ax.area.append(svg("line", { class: "sx-chance", x1: ax.left, x2: ax.right, y1: ax.sy(0.5), y2: ax.sy(0.5) }));
    const path = line(ax, 1);
    const dot = point(ax, 1);
    drawCurve = (key, all, n) => {
      const seen = get("revealed") ? COUNTS : COUNTS.filter((k) => k <= n);
      path.update(seen.map(Math.log2), seen.map((k) => sigmoid(key - all[k - 1])));
      dot.update(Math.log2(n), sigmoid(key - all[n - 1]));
    };
    update();
    return ax.node;
  };

  const value = (name) => html("b", { class: "sx-value", "data-number": name });
  const values = { key: value("key"), rivals: value("rivals"), weight: value("weight") };
  const readout = html("p", { class: "lk-readout" },
    html("span", {}, html("span", { class: "lk-dot", "aria-hidden": "true" }, "● "), "key ", values.key),
    html("span", {}, html("span", { class: "lk-dash", "aria-hidden": "true" }, "┆ "), "rivals together ", values.rivals),
    html("span", {}, "weight of the key ", values.weight));

  const power = { min: 0, max: 12, step: 0.25, format: (v) => whole(2 ** v) };
  const number = slider({
    ...power, label: "distractors",
    get: () => Math.log2(get("n")), set: (v) => put(model, "n", Math.round(2 ** v)), format: () => String(get("n")),
  });
  const size = slider({
    label: "size d", min: 2, max: 8, step: 1,
    get: () => Math.log2(get("d")), set: (v) => put(model, "d", 2 ** v), format: () => String(get("d")),
  });
  const cosine = traitSlider(model, "c", { label: "cosine", name: "cosine of query and key", min: 0, max: 1, step: 0.05 });
  const divide = toggle(model, "divide", "divide by √d");
  const knobs = html("div", { class: "lk-knobs" }, number.node, cosine.node, size.node, divide.node);

  const given = now();
  const leads = given.key > Math.max(...given.others.slice(0, get("n"))) ? "The key leads. " : "";
  const question = predict({
    question: `${leads}With how many distractors does the key’s weight fall below one half?`,
    ...power, start: 9,
    reveal: (guess) => {
      const found = losesAt(get("d"), get("c"), get("divide"));
      put(model, "revealed", true);
      put(model, "n", found ?? MOST);
      const said = `You said ${whole(2 ** guess)}. `;
      return said + (found === null
        ? `It does not, up to ${MOST}.`
        : `It is ${found}. Now change the cosine and the size, and take the division away.`);
    },
  });

  const live = liveRegion();
  function update() {
    const { key, others } = now();
    const n = get("n");
    const all = running(others);
    const shown = others.slice(0, n);
    const rivals = logsumexp(shown);
    const weight = sigmoid(key - rivals);
    drawStrip(key, shown, rivals);
    drawCurve(key, all, n);
    write(values.key, fixed(key, 2));
    write(values.rivals, fixed(rivals, 2));
    write(values.weight, fixed(weight, 3));
    knobs.hidden = !get("revealed");
    [number, size, cosine, divide].forEach((control) => control.sync());
    live.say(`Beside ${n} of the distractors the key has the weight ${fixed(weight, 2)}.`);
  }

  el.append(strip, readout, curve, question.node, knobs, live.node);
  const stops = [responsive(strip, makeStrip), responsive(curve, makeCurve)];
  update();
  const events = "change:d change:c change:n change:divide change:revealed";
  model.on(events, update);
  return () => {
    stops.forEach((stop) => stop());
    model.off?.(events, update);
  };
}

export default { render };
