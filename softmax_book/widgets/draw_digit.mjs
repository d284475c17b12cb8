// Draw a digit on 8 × 8 cells: a 64-30-10 network reads it in the page, and answers twice from one
// hidden layer, with a softmax and with ten sigmoids.

import { sigmoid, softmax, sum } from "./static/softmax.mjs";
import { fixed, html, svg, write } from "./static/plot.mjs";
import { button, choice, liveRegion, predict, put } from "./static/controls.mjs";

const SIDE = 8;
const INK = 16; // pixels run from 0 to 16, as in the data; the network takes them over 16

/** z_j = sum_k w_jk a_k + b_j of one layer, for one example */
export const layer = ({ W, b }, a) => W.map((row, j) => sum(row.map((w, k) => w * a[k])) + b[j]);

/** The two answers to a drawing: softmax outputs and sigmoid outputs, from the same hidden layer. */
export function read(network, pixels) {
  const hidden = layer(network.hidden, pixels.map((v) => v / INK)).map(Math.tanh);
  return {
    softmax: softmax(layer(network.softmax, hidden)),
    sigmoid: layer(network.sigmoid, hidden).map(sigmoid),
  };
}

/** All cells on the straight way from one cell to another, so that a quick stroke has no gaps. */
export function cellsBetween([r0, c0], [r1, c1]) {
  const steps = Math.max(Math.abs(r1 - r0), Math.abs(c1 - c0), 1);
  return Array.from({ length: steps + 1 }, (_, i) => [
    Math.round(r0 + ((r1 - r0) * i) / steps),
    Math.round(c0 + ((c1 - c0) * i) / steps),
  ]);
}

const largest = (p) => p.indexOf(Math.max(...p));
const EMPTY = Array(SIDE * SIDE).fill(0);

/** A small picture of a digit, for a button. */
const thumbnail = (pixels) =>
  svg("svg", { viewBox: `0 0 ${SIDE} ${SIDE}`, width: 32, height: 32, "aria-hidden": "true", "shape-rendering": "crispEdges" },
    ...pixels.flatMap((v, i) => (v ? [svg("rect", { x: i % SIDE, y: Math.floor(i / SIDE), width: 1, height: 1, "fill-opacity": v / INK })] : [])));

function render({ model, el }) {
  const network = model.get("network");
  const pixels = () => model.get("pixels");
  let tool = "pen";
  let at = [0, 0]; // the cell that the keyboard is on

  const cells = EMPTY.map((_, i) =>
    html("div", { class: "sx-cell", role: "gridcell", tabindex: i ? -1 : 0, "data-lm-suppress-shortcuts": "true" }));
  const rows = Array.from({ length: SIDE }, (_, r) =>
    html("div", { class: "sx-cells", role: "row" }, ...cells.slice(SIDE * r, SIDE * (r + 1))));
  const grid = html("div", {
    class: "sx-paper", role: "grid", "aria-label": "Drawing, 8 by 8 cells. Arrow keys move, space inks or clears a cell, and shift with an arrow key draws a line.",
  }, ...rows);

  const cellOf = ([r, c]) => cells[SIDE * r + c];
  const describe = ([r, c]) => `row ${r + 1}, column ${c + 1}, ${pixels()[SIDE * r + c] ? "ink" : "empty"}`;
  function paint(places, value = tool === "pen" ? INK : 0) {
    const next = [...pixels()];
    places.forEach(([r, c]) => (next[SIDE * r + c] = value));
    put(model, "pixels", next);
  }
  function moveTo([r, c]) {
    cellOf(at).tabIndex = -1;
    at = [Math.min(SIDE - 1, Math.max(0, r)), Math.min(SIDE - 1, Math.max(0, c))];
    cellOf(at).tabIndex = 0;
  }

  // Pointer: where it is, in cells; a drag inks the way from the last cell.
  let last = null;
  let before;
  function under(event) {
    const box = grid.getBoundingClientRect();
    const inside = (x) => Math.min(SIDE - 1, Math.max(0, Math.floor(x * SIDE)));
    return [inside((event.clientY - box.top) / box.height), inside((event.clientX - box.left) / box.width)];
  }
  grid.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    grid.setPointerCapture(event.pointerId);
    before = pixels();
    last = under(event);
    moveTo(last);
    cellOf(at).focus({ preventScroll: true });
    paint([last]);
  });
  grid.addEventListener("pointermove", (event) => {
    if (!last) return;
    const here = under(event);
    if (here[0] === last[0] && here[1] === last[1]) return;
    paint(cellsBetween(last, here));
    last = here;
    moveTo(here);
  });
  grid.addEventListener("pointerup", () => (last = null));
  grid.addEventListener("pointercancel", () => {
    put(model, "pixels", before); // the finger scrolls
    last = null;
    document.activeElement.blur(); // and may do so again
  });

  const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  grid.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (step) {
      moveTo([at[0] + step[0], at[1] + step[1]]);
      if (event.shiftKey) paint([at]);
      cellOf(at).focus();
    } else if (event.key === " ") {
      paint([at], pixels()[SIDE * at[0] + at[1]] ? 0 : INK);
    } else return;
    event.preventDefault();
  });

  // What to draw with, and digits to start from.
  const brush = { get: () => tool, set: (_, value) => (tool = value) };
  const pens = choice(brush, "tool", "Draw with", [["pen", "pen"], ["eraser", "eraser"]]);
  const clear = button("Clear", () => put(model, "pixels", [...EMPTY]));
  const samples = model.get("samples").map(({ label, pixels }, i, all) =>
    html("button", {
      type: "button", class: "sx-button sx-thumb", "aria-label": `Load test digit ${i + 1} of ${all.length}, which shows ${label}`,
      "data-lm-suppress-shortcuts": "true", onclick: () => put(model, "pixels", [...pixels]),
    }, thumbnail(pixels)));

  // The two answers.
  const column = (name, series) => {
    const one = () => {
      const fill = html("span", { class: `sx-s${series}` });
      const value = html("span", { class: "sx-value" });
      return { fill, value, node: html("td", {}, html("div", { class: "sx-answers-bar" }, html("div", { class: "sx-track" }, fill), value)) };
    };
    return { name, bars: Array.from({ length: 10 }, one), total: html("td", { class: "sx-value", "data-sum": name }) };
  };
  const columns = [column("softmax", 1), column("sigmoid", 2)];
  const table = html("table", { class: "sx-answers", "aria-label": "Outputs for the drawing" },
    html("thead", {}, html("tr", {}, ...["digit", "softmax", "ten sigmoids"].map((t) => html("th", { scope: "col" }, t)))),
    html("tbody", {}, ...Array.from({ length: 10 }, (_, k) =>
      html("tr", { "data-digit": k }, html("th", { scope: "row" }, String(k)), ...columns.map((c) => c.bars[k].node)))),
    html("tfoot", {}, html("tr", {}, html("th", { scope: "row" }, "sum"), ...columns.map((c) => c.total))));

  const question = predict({
    question: "Guess: how large is the largest of the ten softmax outputs for an empty grid?",
    min: 0, max: 1, step: 0.01, start: 0.1,
    reveal(guess) {
      put(model, "pixels", [...EMPTY]);
      put(model, "revealed", true);
      const a = read(network, EMPTY);
      const top = largest(a.softmax);
      return `You said ${fixed(guess, 2)}; it is ${fixed(a.softmax[top], 2)}, for the digit ${top}. The softmax outputs share a total of 1, so they cannot all be small. The sigmoids can be, and here they sum to ${fixed(sum(a.sigmoid), 2)}.`;
    },
  });

  const live = liveRegion();
  let shown = [];
  function update() {
    const now = pixels();
    cells.forEach((cell, i) => {
      if (now[i] === shown[i]) return;
      cell.style.setProperty("--sx-level", `${(100 * now[i]) / INK}%`);
      cell.setAttribute("aria-label", describe([Math.floor(i / SIDE), i % SIDE]));
    });
    shown = [...now];
    const answers = read(network, now);
    for (const { name, bars, total } of columns) {
      const top = largest(answers[name]);
      bars.forEach(({ fill, value, node }, k) => {
        fill.style.width = `${100 * answers[name][k]}%`;
        write(value, fixed(answers[name][k], 3));
        node.classList.toggle("sx-top", k === top);
      });
      write(total, fixed(sum(answers[name]), 3));
    }
    const say = ([name, word]) => {
      const top = largest(answers[name]);
      return `${word} ${top}, ${fixed(answers[name][top], 2)}`;
    };
    live.say(`${[["softmax", "Softmax:"], ["sigmoid", "Largest sigmoid:"]].map(say).join(". ")}; the sigmoids sum to ${fixed(sum(answers.sigmoid), 2)}.`);
  }

  el.append(
    question.node,
    html("div", { class: "sx-columns" },
      html("div", { class: "sx-drawing" }, grid, pens.node,
        html("div", { class: "sx-tools" }, clear, html("span", {}, "or start from")),
        html("div", { class: "sx-tools" }, ...samples)),
      html("div", {}, table)),
    live.node,
  );
  update();
  model.on("change:pixels", update);
  return () => model.off?.("change:pixels", update);
}

export default { render };
