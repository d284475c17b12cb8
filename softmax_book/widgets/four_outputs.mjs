// Four outputs against the fourth logit. At first z4 alone moves; the other three can be freed, and
// temperature and a common shift move too. The triangle shows the first three outputs relative to
// each other: it stands still while z4 moves. Until the answer is revealed, the curves reach as far
// as z4 has been: the guess cannot be read off them.

import { logsumexp, softmax } from "./static/softmax.mjs";
import { axes, dragX, fixed, html, label, line, linspace, point, responsive, rule, spread, sub, svg, write } from "./static/plot.mjs";
import { liveRegion, predict, put, slider, toggle, traitSlider } from "./static/controls.mjs";

const RANGE = [-5, 8];
const OPEN = 2; // up to here the curves are drawn from the start; the rest is the reader's to find

/** The z4 at which a4 = 1/2: the softened maximum of the other three logits. */
export const halfPoint = (z, T) => T * logsumexp(z.slice(0, 3).map((x) => x / T));

/** The first three outputs rescaled to sum to 1. */
export const shares = (z, T) => softmax(z.slice(0, 3), T);

/** The point of three shares in a triangle with corners 1 and 3 at the bottom and 2 at the top. */
export const inTriangle = (r, width, height) => [width * (r[1] / 2 + r[2]), height * (1 - r[1])];

const named = (letter, k) => `${letter}${"₁₂₃₄"[k]}`;

function render({ model, el }) {
  const z = () => model.get("z");
  const setLogit = (k, v) => put(model, "z", z().map((old, j) => (j === k ? v : old)));

  // The curves.
  const grid = linspace(...RANGE, 261);
  const picture = html("div", {});
  let curves;
  const draw = (width) => {
    const ax = axes({
      width, height: Math.max(220, Math.min(320, 0.5 * width)), x: RANGE, y: [0, 1],
      xlabel: "logit z₄", ylabel: "output", label: "The four outputs as curves over the fourth logit",
    });
    curves = {
      ax,
      half: [rule(ax, "y", 0.5, "truth"), rule(ax, "x", 0, "truth")],
      guess: rule(ax, "x", 0, "guess"),
      now: rule(ax, "x", 0),
      lines: [1, 2, 3, 4].map((k) => line(ax, k)),
      points: [1, 2, 3, 4].map((k) => point(ax, k)),
      names: [0, 1, 2, 3].map((k) => label(ax, k + 1, named("a", k), k < 3 ? { dx: 6 } : { dx: -6, dy: 18, anchor: "end" })),
      halfName: label(ax, 5, "", { dx: 8, dy: 16 }),
      more: svg("text", { class: "sx-tick", "text-anchor": "middle" }, "drag z₄ to draw on →"),
      last: "",
    };
    curves.lines[3].node.classList.add("sx-main");
    ax.node.append(curves.more);
    dragX(ax, RANGE, (v) => setLogit(3, Number(v.toFixed(1))));
    update();
    return ax.node;
  };

  // The triangle of the first three outputs, rescaled to sum to 1.
  const [w, h] = [138, 120];
  const dot = svg("circle", { class: "sx-point sx-s5", r: 6 });
  const corner = (k, x, y) => svg("text", { class: `sx-name sx-s${k + 1}`, x, y, "text-anchor": "middle" }, named("a", k));
  const triangle = svg(
    "svg", { viewBox: "-24 -24 186 166", width: 186, height: 166, role: "img", "aria-label": "The first three outputs relative to each other, as a point in a triangle" },
    svg("path", { class: "sx-frame", d: `M0 ${h}L${w / 2} 0L${w} ${h}Z` }),
    corner(0, -11, h + 14), corner(1, w / 2, -9), corner(2, w + 11, h + 14), dot,
  );

  // The outputs as bars.
  const bars = [1, 2, 3, 4].map((k) => {
    const fill = html("span", { class: `sx-s${k}` });
    const value = html("span", { class: "sx-value", "data-output": k });
    return { fill, value, node: html("div", { class: "sx-bar" }, sub("a", k), html("div", { class: "sx-track" }, fill), value) };
  });

  // The inputs.
  const live = liveRegion();
  live.node.classList.add("sx-unseen"); // the bars show what it says
  const logit = (k) =>
    slider({
      label: sub("z", k + 1), min: RANGE[0], max: RANGE[1], step: 0.1,
      get: () => z()[k], set: (v) => setLogit(k, v), format: (v) => fixed(v, 1),
    });
  const [z1, z2, z3, z4] = [0, 1, 2, 3].map(logit);
  const free = toggle(model, "free", html("span", {}, "free the other three logits"));
  const others = html("div", {}, z1.node, z2.node, z3.node);
  // The slider moves the exponent, so that 0.1 and 10 lie equally far from 1.
  const temperature = slider({
    label: html("i", {}, "T"), name: "temperature T", min: -1, max: 1, step: 0.05,
    get: () => Math.log10(model.get("T")), set: (v) => put(model, "T", Number((10 ** v).toPrecision(2))),
    format: () => String(model.get("T")),
  });
  const shift = traitSlider(model, "shift", { label: "shift all", name: "shift all logits by", min: -5, max: 5, step: 0.5, format: (v) => (v > 0 ? `+${fixed(v, 1)}` : fixed(v, 1)) });
  const ratio = html("span", { class: "sx-value" });
  const seen = html("span", { class: "sx-value" });
  const shifted = html("p", { class: "sx-note" }, "the layer sees ", seen);

  // The question comes first; its answer is marked in the picture.
  let far = OPEN;
  let guessed = null;
  let rivals = null; // the other three logits and T, which the answer is about
  const question = predict({
    question: html("span", {}, "Your guess: at which ", sub("z", 4), " does ", sub("a", 4), " reach ½?"),
    min: RANGE[0], max: RANGE[1], step: 0.1, start: 0,
    reveal(guess) {
      put(model, "revealed", true);
      const half = halfPoint(z(), model.get("T"));
      const off = Math.abs(guess - half);
      const verdict = off < 0.15 ? "right" : `${fixed(off, 1)} too ${guess < half ? "low" : "high"}`;
      return `At z₄ = ${fixed(half, 2)}; the largest of the other three is ${fixed(Math.max(...z().slice(0, 3)), 1)}. Your guess was ${verdict}.`;
    },
  });
  question.input.addEventListener("input", () => {
    guessed = Number(question.input.value);
    update({ quietly: true }); // the outputs are what they were
  });
  if (model.get("revealed")) question.node.hidden = true;

  function update({ quietly = false } = {}) {
    const [now, T, c, revealed] = ["z", "T", "shift", "revealed"].map((key) => model.get(key));
    const a = softmax(now.map((x) => x + c), T);
    const r = shares(now, T);
    const half = halfPoint(now, T);
    const setting = JSON.stringify([now.slice(0, 3), T]);
    if (rivals !== null && rivals !== setting) question.clear();
    rivals = setting;
    far = Math.max(far, now[3]);
    const end = revealed ? RANGE[1] : far;
    const state = JSON.stringify([now.slice(0, 3), T, end]);
    if (curves.last !== state) {
      const xs = [...grid.filter((x) => x < end), end];
      const table = xs.map((x) => softmax([...now.slice(0, 3), x], T));
      curves.lines.forEach((l, k) => l.update(xs, table.map((row) => row[k])));
      // The names of the first three stand above their left ends, and keep out of each other's way.
      const gap = 16 / (curves.ax.bottom - curves.ax.top);
      const heights = spread(table[0].slice(0, 3).map((y) => y + 0.3 * gap), gap, 0.3 * gap, 1 - gap);
      heights.forEach((y, k) => curves.names[k].update(RANGE[0], y));
      const last = table.at(-1)[3];
      curves.names[3].update(end, last < 0.6 ? last + 1.8 * gap : last); // above it, or below
      const rest = curves.ax.sx(RANGE[1]) - curves.ax.sx(end);
      curves.more.style.display = rest > 140 ? "" : "none";
      curves.more.setAttribute("x", curves.ax.sx(end) + rest / 2);
      curves.more.setAttribute("y", curves.ax.sy(0.5));
      curves.last = state;
    }
    curves.now.update(now[3]);
    curves.points.forEach((p, k) => p.update(now[3], a[k]));
    curves.half[1].update(half);
    curves.halfName.update(half, 0.5, `z₄ = ${fixed(half, 2)}`);
    [...curves.half, curves.halfName].forEach(({ node }) => (node.style.display = revealed && half < RANGE[1] ? "" : "none"));
    curves.guess.update(guessed ?? 0);
    curves.guess.node.style.display = guessed === null ? "none" : "";
    const [x, y] = inTriangle(r, w, h);
    dot.setAttribute("cx", x);
    dot.setAttribute("cy", y);
    bars.forEach(({ fill, value }, k) => {
      fill.style.width = `${100 * a[k]}%`;
      write(value, fixed(a[k], 4));
    });
    write(ratio, r.map((p) => fixed(p, 3)).join(" : "));
    others.hidden = !model.get("free");
    write(seen, now.map((x) => fixed(x + c, 1)).join(", "));
    [z1, z2, z3, z4, free, temperature, shift].forEach((input) => input.sync());
    if (!quietly) live.say(`Outputs ${a.map((p) => fixed(p, 3)).join(", ")}; the first three relative to each other: ${r.map((p) => fixed(p, 3)).join(", ")}.`);
  }

  const stop = responsive(picture, draw);
  el.append(
    picture, question.node,
    html("div", { class: "sx-columns" },
      html("div", {}, z4.node, free.node, others, temperature.node, shift.node, shifted),
      html("div", { class: "sx-bars" }, ...bars.map((b) => b.node))),
    html("div", { class: "sx-beside" }, triangle, html("p", { class: "sx-note" }, "The first three outputs relative to each other: ", ratio)),
    live.node,
  );
  const events = "change:z change:T change:shift change:revealed change:free";
  model.on(events, update);
  return () => {
    stop();
    model.off?.(events, update);
  };
}

export default { render };
