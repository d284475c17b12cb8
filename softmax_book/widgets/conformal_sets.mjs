// Conformal sets under pictures of digits: α moves the threshold, and the sets grow and shrink.

import { fixed, html, svg, write } from "./static/plot.mjs";
import { liveRegion, predict, put, traitSlider } from "./static/controls.mjs";

const SIDE = 8;
const INK = 16;

/** The k-th smallest of the sorted scores, k = n + 1 - ⌊(n + 1) α⌋, and Infinity beyond the last. */
export function thresholdOf(sorted, alpha) {
  // α is a decimal number: times a million it is whole, and the quotient is exact where it is whole.
  const k = sorted.length + 1 - Math.floor(((sorted.length + 1) * Math.round(alpha * 1e6)) / 1e6);
  return k <= sorted.length ? sorted[k - 1] : Infinity;
}

/** The classes whose score, one minus the probability, is at most the threshold. */
export const setOf = (p, threshold) => p.flatMap((x, k) => (1 - x <= threshold ? [k] : []));

/** Coverage, mean size and share of empty sets, over all rows of p. */
export function summary(rows, labels, threshold) {
  const sets = rows.map((p) => setOf(p, threshold));
  const mean = (of) => sets.reduce((total, set, n) => total + of(set, n), 0) / sets.length;
  return {
    coverage: mean((set, n) => (set.includes(labels[n]) ? 1 : 0)),
    size: mean((set) => set.length),
    empty: mean((set) => (set.length ? 0 : 1)),
  };
}

/** A flat list cut into pieces of the given length. */
export const cut = (flat, length) =>
  Array.from({ length: flat.length / length }, (_, i) => flat.slice(length * i, length * (i + 1)));

const picture = (pixels) =>
  svg("svg", { class: "sx-digit", viewBox: `0 0 ${SIDE} ${SIDE}`, "aria-hidden": "true", "shape-rendering": "crispEdges" },
    ...pixels.flatMap((v, i) => (v ? [svg("rect", { x: i % SIDE, y: Math.floor(i / SIDE), width: 1, height: 1, "fill-opacity": v / INK })] : [])));

function render({ model, el }) {
  const [flat, labels, scores, shown] = ["p", "labels", "scores", "shown"].map((key) => model.get(key));
  const rows = cut(flat, flat.length / labels.length);
  const at = (alpha) => {
    const threshold = thresholdOf(scores, alpha);
    return { threshold, ...summary(rows, labels, threshold) };
  };

  const cards = cut(model.get("pictures"), SIDE * SIDE).map((pixels) => {
    const set = html("span", { class: "sx-set", "aria-hidden": "true" });
    return { set, node: html("div", { class: "sx-card", role: "img" }, picture(pixels), set) };
  });
  const grid = html("div", { class: "sx-cards" }, ...cards.map((card) => card.node));

  const names = { coverage: "coverage", size: "mean size", empty: "empty sets" };
  const values = Object.fromEntries(Object.keys(names).map((key) => [key, html("b", { class: "sx-value", "data-number": key })]));
  const table = html("p", { class: "sx-found" }, ...Object.entries(names).map(([key, name]) => html("span", {}, `${name} `, values[key])));

  const slider = traitSlider(model, "alpha", {
    label: html("span", {}, html("i", {}, "α"), ", share that may be missed"),
    min: 0.01, max: 0.6, step: 0.01, format: (v) => fixed(v, 2),
  });
  const controls = html("div", {}, slider.node);

  const right = rows.filter((p, n) => p.indexOf(Math.max(...p)) === labels[n]).length / rows.length;
  const question = predict({
    question: `The network is right on ${Math.round(100 * right)} of 100 digits. We ask for a coverage of 70 per cent only, α = 0.3. How many of 100 sets will be empty?`,
    min: 0, max: 50, step: 1, start: 0, format: (v) => fixed(v, 0),
    reveal: (guess) => {
      put(model, "alpha", 0.3);
      put(model, "revealed", true);
      const found = at(0.3);
      return `You said ${fixed(guess, 0)}. It is ${fixed(100 * found.empty, 0)}, and the others hold one class each or more: ${fixed(found.size, 2)} on average over all. Now move α.`;
    },
  });

  const live = liveRegion();
  function update() {
    const alpha = model.get("alpha");
    const found = at(alpha);
    write(values.coverage, fixed(found.coverage, 3));
    write(values.size, fixed(found.size, 2));
    write(values.empty, fixed(found.empty, 3));
    cards.forEach(({ set, node }, i) => {
      const label = labels[shown[i]];
      const members = setOf(rows[shown[i]], found.threshold);
      const name = `Digit ${label}; its set: ${members.join(", ") || "empty"}`;
      if (node.getAttribute("aria-label") === name) return;
      const parts = members.map((k) => html(k === label ? "b" : "span", {}, String(k)));
      if (!members.length) parts.push(html("span", {}, "∅"));
      const missed = !members.includes(label);
      if (missed) parts.push(html("span", { class: "sx-missed" }, `not ${label}`));
      set.replaceChildren(...parts);
      node.classList.toggle("sx-miss", missed);
      node.setAttribute("aria-label", name);
    });
    controls.hidden = !model.get("revealed");
    slider.sync();
    live.say(`Alpha ${fixed(alpha, 2)}: coverage ${fixed(found.coverage, 3)}, mean size ${fixed(found.size, 2)}, empty sets ${fixed(100 * found.empty, 0)} in 100.`);
  }

  el.append(question.node, controls, table, grid,
    html("p", { class: "sx-note" }, `Bold: the right class. Numbers: over ${rows.length} test digits, with ${scores.length} others to calibrate.`), live.node);
  update();
  const events = "change:alpha change:revealed";
  model.on(events, update);
  return () => model.off?.(events, update);
}

export default { render };
