// Four outputs against the fourth logit; all four logits, temperature and a common shift can move.
// The triangle shows the first three outputs relative to each other: it stands still while z4 moves.

import { logsumexp, softmax } from "./static/softmax.mjs";
import { axes, fixed, html, line, linspace, point, responsive, rule, sub, svg } from "./static/plot.mjs";
import { liveRegion, predict, put, slider, traitSlider } from "./static/controls.mjs";

const RANGE = [-5, 8];

/** The z4 at which a4 = 1/2: the softened maximum of the other three logits. */
export const halfPoint = (z, T) => T * logsumexp(z.slice(0, 3).map((x) => x / T));

/** The corner-weighted point of three probabilities in a triangle with its base at the bottom. */
export const inTriangle = (r, width, height) => [width * (r[1] / 2 + r[2]), height * (1 - r[1])];

function render({ model, el }) {
  const z = () => model.get("z");
  const outputs = () => softmax(z(), model.get("T"));

  // The curves.
  const grid = linspace(...RANGE, 261);
  const picture = html("div", { class: "sx-curves" });
  let curves;
  const draw = (width) => {
    const ax = axes({
      width, height: Math.min(300, 0.62 * width), x: RANGE, y: [0, 1],
      xlabel: "logit z₄", ylabel: "output", label: "The four outputs as curves over the fourth logit",
    });
    curves = {
      lines: [1, 2, 3, 4].map((k) => line(ax, k)),
      half: [rule(ax, "y", 0.5, "truth"), rule(ax, "x", 0, "truth")],
      now: rule(ax, "x", 0),
      points: [1, 2, 3, 4].map((k) => point(ax, k)),
      last: "",
    };
    update();
    return ax.node;
  };

  // The triangle of the first three outputs, rescaled to sum to 1.
  const [w, h] = [150, 130];
  const dot = svg("circle", { class: "sx-point sx-s5", r: 6 });
  const corner = (k, x, y) => svg("text", { class: "sx-label", x, y, "text-anchor": "middle" }, `a${"₁₂₃"[k]}`);
  const triangle = svg(
    "svg", { viewBox: "-24 -22 198 172", width: 198, height: 172, role: "img", "aria-label": "The first three outputs relative to each other, as a point in a triangle" },
    svg("path", { class: "sx-grid sx-line", d: `M0 ${h}L${w / 2} 0L${w} ${h}Z` }),
    corner(0, -10, h + 14), corner(1, w / 2, -8), corner(2, w + 10, h + 14), dot,
  );

  // The outputs as bars.
  const bars = [1, 2, 3, 4].map((k) => {
    const fill = html("span", { class: `sx-s${k}` });
    const value = html("span", { class: "sx-value", "data-output": k });
    return { fill, value, node: html("div", { class: "sx-bar" }, sub("a", k), html("div", { class: "sx-track" }, fill), value) };
  });

  const live = liveRegion();
  const logits = [0, 1, 2, 3].map((k) =>
    slider({
      label: sub("z", k + 1), name: `z${k + 1}`, min: RANGE[0], max: RANGE[1], step: 0.1,
      get: () => z()[k], set: (v) => put(model, "z", z().map((old, j) => (j === k ? v : old))),
    }));
  const temperature = traitSlider(model, "T", { label: html("i", {}, "T"), name: "temperature T", min: 0.1, max: 10, step: 0.1, format: (v) => fixed(v, 1) });
  const shift = traitSlider(model, "shift", { label: "shift all", name: "shift all logits by", min: -5, max: 5, step: 0.5, format: (v) => (v > 0 ? `+${fixed(v, 1)}` : fixed(v, 1)) });
  const shifted = html("p", { class: "sx-note" });

  const question = predict({
    question: html("span", {}, "Guess: at which ", sub("z", 4), " is ", sub("a", 4), " = ½?"),
    name: "guess for z4", min: RANGE[0], max: RANGE[1], step: 0.1, start: 0,
    reveal(guess) {
      put(model, "revealed", true);
      const half = halfPoint(z(), model.get("T"));
      const off = Math.abs(guess - half);
      return `z₄ = ${fixed(half, 2)}, the log-sum-exp of the other three. Your guess was ${off < 0.15 ? "right" : `${fixed(off, 1)} ${guess < half ? "too low" : "too high"}`}.`;
    },
  });

  function update() {
    const [now, T, c] = [z(), model.get("T"), model.get("shift")];
    const a = softmax(now.map((x) => x + c), T);
    const state = JSON.stringify([now.slice(0, 3), T]);
    if (curves.last !== state) {
      const table = grid.map((x) => softmax([...now.slice(0, 3), x], T));
      curves.lines.forEach((l, k) => l.update(grid, table.map((row) => row[k])));
      curves.last = state;
    }
    curves.now.update(now[3]);
    curves.points.forEach((p, k) => p.update(now[3], a[k]));
    curves.half[1].update(halfPoint(now, T));
    curves.half.forEach((r) => (r.node.style.display = model.get("revealed") ? "" : "none"));
    const [x, y] = inTriangle(softmax(now.slice(0, 3), T), w, h);
    dot.setAttribute("cx", x);
    dot.setAttribute("cy", y);
    bars.forEach(({ fill, value }, k) => {
      fill.style.width = `${100 * a[k]}%`;
      value.textContent = fixed(a[k], 4);
    });
    shifted.replaceChildren("logits ", html("span", { class: "sx-value" }, now.map((x) => fixed(x + c, 1)).join(", ")));
    [...logits, temperature, shift].forEach((s) => s.sync());
    live.say(`Outputs ${a.map((p) => fixed(p, 3)).join(", ")}.`);
  }

  const stop = responsive(picture, draw);
  el.append(
    picture,
    html("div", { class: "sx-columns" },
      html("div", {}, ...logits.map((s) => s.node), temperature.node, shift.node, shifted),
      html("div", {}, html("div", { class: "sx-bars" }, ...bars.map((b) => b.node)), triangle)),
    question.node, live.node,
  );
  model.on("change:z change:T change:shift change:revealed", update);
  return () => {
    stop();
    model.off?.("change:z change:T change:shift change:revealed", update);
  };
}

export default { render };
