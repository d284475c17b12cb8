// The eigenvalues of the softmax's Jacobian over the triangle of three classes. The point moves by
// pointer, by arrow keys and by sliders; its ellipse is where a small change of logits takes it.

import { softmax, sum } from "./static/softmax.mjs";
import { fixed, html, responsive, sub, svg, write } from "./static/plot.mjs";
import { choice, liveRegion, predict, put, slider } from "./static/controls.mjs";

const HEIGHT = Math.sqrt(3) / 2;
const STEP = 0.5; // length of the change of logits that the ellipse shows
const LIMIT = 8; // of a logit
const EDGE = 0.0005; // the pointer comes no closer to a side

/** The two eigenvalues of diag(a) - a a^T besides 0, the smaller first, for three outputs. */
export function eigenvalues(a) {
  const [x, y, z] = [a[0] * a[1], a[0] * a[2], a[1] * a[2]];
  // They have the sum 2 (x + y + z) and the product 3 a1 a2 a3; no difference cancels here.
  const larger = x + y + z + Math.sqrt(((x - y) ** 2 + (y - z) ** 2 + (z - x) ** 2) / 2);
  return [larger === 0 ? 0 : (3 * a[0] * a[1] * a[2]) / larger, larger];
}

/** J in the plane of the triangle, as [[right, right-up], [right-up, up]]. */
export function inPlane(a) {
  const product = (u, v) => sum(a.map((p, k) => p * u[k] * v[k])) - sum(a.map((p, k) => p * u[k])) * sum(a.map((p, k) => p * v[k]));
  const right = [-1, 0, 1].map((x) => x / Math.sqrt(2));
  const up = [-1, 2, -1].map((x) => x / Math.sqrt(6));
  return [[product(right, right), product(right, up)], [product(right, up), product(up, up)]];
}

/** Point in a triangle of side 1 with corner 1 at the left, 2 on top, 3 at the right. */
export const place = (a) => [a[1] / 2 + a[2], HEIGHT * a[1]];

/** The outputs at a place, moved inside where it is on a side or beyond. */
export function outputsAt([x, y]) {
  const a2 = y / HEIGHT;
  const a3 = x - a2 / 2;
  const a = [1 - a2 - a3, a2, a3].map((p) => Math.max(p, EDGE));
  return a.map((p) => p / sum(a));
}

/** The logits of given outputs that sum to 0. */
export function logitsOf(a) {
  const logs = a.map((p) => Math.log(p));
  return logs.map((l) => Math.min(LIMIT, Math.max(-LIMIT, l - sum(logs) / 3)));
}

const QUANTITIES = {
  largest: { of: (a) => eigenvalues(a)[1], most: 0.5, step: 0.05, name: "λ₃" },
  smaller: { of: (a) => eigenvalues(a)[0], most: 1 / 3, step: 1 / 30, name: "λ₂" },
  product: { of: (a) => 3 * a[0] * a[1] * a[2], most: 1 / 9, step: 1 / 90, name: "λ₂λ₃" },
};

// Cividis at eleven places: one colour for each band.
const BANDS = [
  [0, 34, 78], [8, 51, 112], [53, 69, 108], [79, 87, 108], [102, 105, 112],
  [125, 124, 120], [148, 142, 119], [174, 163, 113], [200, 184, 102], [229, 207, 82],
];

/** The heat-map as a picture n pixels wide, one band of colour for each tenth of the range. */
function paint(quantity, n) {
  const canvas = html("canvas", { width: n, height: Math.round(n * HEIGHT) });
  const ctx = canvas.getContext("2d");
  const image = ctx.createImageData(canvas.width, canvas.height);
  for (let row = 0; row < canvas.height; row += 1) {
    const a2 = 1 - (row + 0.5) / canvas.height;
    for (let column = 0; column < n; column += 1) {
      const a3 = (column + 0.5) / n - a2 / 2;
      // A pixel on a slanted side may have its middle outside.
      const a = [1 - a2 - a3, a2, a3].map((p) => Math.max(p, 0));
      const band = Math.min(9, Math.floor(quantity.of(a) / quantity.step + 1e-9));
      image.data.set([...BANDS[band], 255], 4 * (row * n + column));
    }
  }
  ctx.putImageData(image, 0, 0);
  return canvas.toDataURL();
}

function render({ model, el }) {
  const outputs = () => softmax(model.get("z"));
  const quantity = () => QUANTITIES[model.get("shown")];
  const pictures = {};
  const holder = html("div", { class: "simplex-triangle" });
  let drawn;

  const draw = (width) => {
    const side = Math.min(width - 56, 400);
    const height = side * HEIGHT;
    const map = svg("image", { width: side, height, preserveAspectRatio: "none" });
    const ring = svg("path", { class: "simplex-ring" });
    const line = svg("path", { class: "simplex-ellipse" });
    const dot = svg("circle", { class: "simplex-dot", r: 8 });
    const target = svg("circle", { class: "simplex-target", r: 18 });
    const handle = svg(
      "g", {
        class: "simplex-handle", tabindex: 0, role: "application", "aria-roledescription": "movable point",
        "aria-label": "the point in the triangle: arrow keys move it, with Shift five times as far; Home takes it to the centre",
        "data-lm-suppress-shortcuts": "true", onkeydown: step,
      }, target, dot);
    const middles = svg("g", { class: "simplex-middles" },
      ...[[0.5, 0.5, 0], [0, 0.5, 0.5], [0.5, 0, 0.5]].map((a) => {
        const [x, y] = place(a);
        return svg("path", { d: `M${side * x - 6} ${height - side * y}h12m-6 -6v12` });
      }));
    const clip = `simplex-clip-${(render.count = (render.count ?? 0) + 1)}`;
    const outline = `M0 ${height}L${side / 2} 0L${side} ${height}Z`;
    const corner = (k, x, y) => svg("text", { class: "sx-label", x, y, "text-anchor": "middle" }, `a${"₁₂₃"[k]} = 1`);
    const left = (width - side) / 2;
    const node = svg(
      "svg", { viewBox: `${-left} -24 ${width} ${height + 50}`, width, height: height + 50, role: "group", "aria-label": "Triangle of three outputs, coloured by an eigenvalue" },
      svg("clipPath", { id: clip }, svg("path", { d: outline })),
      svg("g", { "clip-path": `url(#${clip})` }, map, ring, line),
      svg("path", { class: "simplex-outline", d: outline }),
      corner(0, 0, height + 20), corner(1, side / 2, -9), corner(2, side, height + 20),
      middles, handle,
    );
    const move = (event) => {
      const box = node.getBoundingClientRect();
      const scale = width / box.width;
      const x = ((event.clientX - box.left) * scale - left) / side;
      const y = (height + 24 - (event.clientY - box.top) * scale) / side;
      put(model, "z", logitsOf(outputsAt([x, y])));
    };
    let before;
    node.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      node.setPointerCapture(event.pointerId);
      handle.focus({ preventScroll: true });
      before = model.get("z");
      move(event);
    });
    node.addEventListener("pointercancel", () => put(model, "z", before)); // the finger scrolls
    node.addEventListener("pointermove", (event) => node.hasPointerCapture(event.pointerId) && move(event));
    drawn = { side, height, map, ring, line, dot, target, middles };
    update();
    return node;
  };

  // Arrow keys move the point by a fiftieth of a side, with Shift by a tenth.
  function step(event) {
    const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key] ?? [0, 0];
    if (event.key === "Home") put(model, "z", [0, 0, 0]);
    else if (dx || dy) {
      const length = event.shiftKey ? 0.1 : 0.02;
      const [x, y] = place(outputs());
      put(model, "z", logitsOf(outputsAt([x + length * dx, y + length * dy])));
    } else return;
    event.preventDefault();
  }

  const logits = [0, 1, 2].map((k) =>
    slider({
      label: sub("z", k + 1), min: -LIMIT, max: LIMIT, step: 0.1,
      get: () => model.get("z")[k], set: (v) => put(model, "z", model.get("z").map((old, j) => (j === k ? v : old))),
    }));
  const shown = choice(model, "shown", "Colour:", [
    ["largest", sub("λ", 3)], ["smaller", sub("λ", 2)],
    ["product", html("span", {}, sub("λ", 2), sub("λ", 3))],
  ]);
  const rows = [
    ["outputs", html("span", { class: "sx-value", "data-shown": "a" })],
    [sub("λ", 2), html("span", { class: "sx-value", "data-shown": "smaller" })],
    [sub("λ", 3), html("span", { class: "sx-value", "data-shown": "largest" })],
    [html("span", {}, "trace ", sub("λ", 2), " + ", sub("λ", 3)), html("span", { class: "sx-value", "data-shown": "trace" })],
  ];
  const table = html("table", { class: "simplex-values", "aria-label": "Outputs and eigenvalues at the point" }, html("tbody", {},
    ...rows.map(([name, value]) => html("tr", {}, html("th", { scope: "row" }, name), html("td", {}, value)))));
  const scale = html("div", { class: "simplex-scale", "aria-hidden": "true" },
    ...BANDS.map((rgb) => html("span", { style: `background: rgb(${rgb})` })));
  const ends = html("div", { class: "simplex-ends" }, html("span", {}, "0"), html("span", {}));
  const live = liveRegion();

  const question = predict({
    question: html("span", {}, "Guess: how large can ", sub("λ", 3), " become, anywhere?"),
    min: 0, max: 1, step: 0.05, start: 0,
    reveal(guess) {
      put(model, "revealed", true);
      const off = guess - 0.5;
      const verdict = Math.abs(off) < 0.02 ? "right" : off < 0 ? "too low" : "too high";
      return `One half, at the middles of the sides (crosses), where two classes share everything and the third has nothing. Your guess was ${verdict}. At the centre it is only one third.`;
    },
  });

  function update() {
    const a = outputs();
    const [smaller, larger] = eigenvalues(a);
    const { side, height, map, ring, line, dot, target, middles } = drawn;
    const name = model.get("shown");
    pictures[name] ??= paint(quantity(), 400);
    if (map.getAttribute("href") !== pictures[name]) map.setAttribute("href", pictures[name]);

    const [x, y] = place(a);
    const [px, py] = [side * x, height - side * y];
    for (const node of [dot, target]) {
      node.setAttribute("cx", px);
      node.setAttribute("cy", py);
    }
    const [[rr, ru], [, uu]] = inPlane(a);
    const path = Array.from({ length: 73 }, (_, i) => {
      const [c, s] = [Math.cos((i * Math.PI) / 36), Math.sin((i * Math.PI) / 36)];
      const r = (STEP * side) / Math.sqrt(2); // probability vectors are sqrt 2 as long as drawn
      return `${i ? "L" : "M"}${(px + r * (rr * c + ru * s)).toFixed(2)} ${(py - r * (ru * c + uu * s)).toFixed(2)}`;
    }).join("");
    ring.setAttribute("d", path);
    line.setAttribute("d", path);

    const values = [a.map((p) => fixed(p, 3)).join(", "), fixed(smaller, 4), fixed(larger, 4), fixed(smaller + larger, 4)];
    rows.forEach(([, node], k) => write(node, values[k]));
    const revealed = model.get("revealed");
    middles.style.display = revealed && name === "largest" ? "" : "none";
    write(ends.lastChild, revealed ? fixed(quantity().most, 3) : "?");
    [...logits, shown].forEach((control) => control.sync());
    live.say(`Outputs ${a.map((p) => fixed(p, 2)).join(", ")}; eigenvalues 0, ${fixed(smaller, 3)} and ${fixed(larger, 3)}.`);
  }

  const stop = responsive(holder, draw, { most: 460 });
  el.append(
    html("div", { class: "sx-columns" },
      html("div", { class: "simplex-left" }, holder),
      html("div", { class: "simplex-side" }, shown.node, scale, ends, table, ...logits.map((s) => s.node))),
    question.node, live.node,
  );
  model.on("change:z change:shown change:revealed", update);
  return () => {
    stop();
    model.off?.("change:z change:shown change:revealed", update);
  };
}

export default { render };
