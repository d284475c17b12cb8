// One sigmoid neuron, input 1, wanted output 0: it slides along the sigmoid while it learns, and its
// cost falls beside it. The other cost is drawn once the reader has chosen it, for comparison. A stall
// is the time in which the output stays above 0.9.

import { axes, fixed, html, lead, line, linspace, onPhone, point, responsive, significant, svg, swatch, write } from "./static/plot.mjs";
import { button, choice, liveRegion, predict, put, still, traitSlider } from "./static/controls.mjs";
import { sigmoid } from "./static/softmax.mjs";

export const STEPS = 300;
const COSTS = ["quadratic", "cross-entropy"];
const SERIES = { quadratic: 1, "cross-entropy": 2 };

/** sigma'(z) = sigma(z) sigma(-z), without cancellation */
export const slopeOfSigmoid = (z) => sigmoid(z) * sigmoid(-z);

/** softmax_src.neuron.descend for input 1 and target 0: z, a, cost and gradient at each step. */
export function descend(weight, bias, cost, lr, steps = STEPS) {
  const path = { z: [], a: [], cost: [], gradient: [] };
  let [w, b] = [weight, bias];
  for (let step = 0; step <= steps; step += 1) {
    const z = w + b;
    const a = sigmoid(z);
    const delta = cost === "quadratic" ? a * slopeOfSigmoid(z) : a;
    path.z.push(z);
    path.a.push(a);
    path.cost.push(cost === "quadratic" ? (a * a) / 2 : Math.log1p(Math.exp(-Math.abs(z))) + Math.max(z, 0));
    path.gradient.push(delta);
    w -= lr * delta;
    b -= lr * delta;
  }
  return path;
}

const counted = (n) => `${n} step${n === 1 ? "" : "s"}`;

/** The first step at which the output is below a level, or -1. */
export const firstBelow = (a, level) => a.findIndex((x) => x < level);

function render({ model, el }) {
  const get = (key) => model.get(key);
  const traits = "change:weight change:bias change:lr change:cost change:step";
  let paths, settings;
  function compute() {
    const now = JSON.stringify(["weight", "bias", "lr"].map(get));
    if (now === settings) return;
    paths = Object.fromEntries(COSTS.map((cost) => [cost, descend(get("weight"), get("bias"), cost, get("lr"))]));
    settings = now;
  }
  compute();

  // Left: the neuron on the sigmoid, with the slope under it.
  const Z = [-8, 8];
  const grid = linspace(...Z, 161);
  const slide = html("div");
  let hill;
  function drawHill(width) {
    const ax = axes({
      width, height: onPhone(250, 205), x: Z, y: [-0.05, 1.05], yticks: [0, 0.5, 1], xlabel: "z = wx + b", ylabel: "output a (wanted: 0)",
      label: "The sigmoid, the neuron on it, and the slope where it stands",
    });
    const curve = line(ax, 5, grid, grid.map(sigmoid));
    curve.node.setAttribute("class", "sx-line sn-curve");
    hill = { tangent: line(ax, 6), trail: svg("path"), dot: point(ax, 1) };
    hill.tangent.node.setAttribute("class", "sx-line sn-tangent");
    hill.dot.node.setAttribute("r", 8);
    ax.area.insertBefore(hill.trail, hill.dot.node);
    hill.ax = ax;
    update();
    return ax.node;
  }

  // Right: the costs, each as a share of its start, as far as the steps taken.
  const falls = html("div");
  let chart;
  function drawChart(width) {
    const ax = axes({
      width, height: onPhone(250, 205), x: [0, STEPS], y: [0, 1.25], yticks: [0, 0.5, 1], xlabel: "step", ylabel: "cost, share of its start",
      label: "The cost over the steps taken, as a share of its start",
    });
    const stall = svg("rect", { class: "sn-stall", y: ax.top, height: ax.bottom - ax.top, x: ax.left, width: 0 });
    const word = svg("text", { class: "sx-label", y: (ax.top + ax.bottom) / 2, "text-anchor": "middle" });
    ax.area.append(stall, word);
    chart = { ax, stall, word, lines: COSTS.map((cost) => line(ax, SERIES[cost])), dot: point(ax, 1) };
    update();
    return ax.node;
  }

  const swatches = COSTS.map((cost) => swatch(SERIES[cost], cost));
  const key = html("p", { class: "sx-note" }, ...swatches, html("span", { class: "sx-swatch" }, html("span", { class: "sn-stall-key", "aria-hidden": "true" }), "stall: output above 0.9"));

  // What drives the neuron now: dC/dw = dC/db = dC/dz, since the input is 1.
  const value = (name) => html("span", { class: "sx-value", "data-cell": name });
  const cells = Object.fromEntries(["step", "a", "slope", "gradient", "stall"].map((name) => [name, value(name)]));
  const facts = html("p", { class: "sn-facts" },
    html("span", {}, "step ", cells.step), html("span", {}, "output a = ", cells.a),
    html("span", {}, "slope σ′(z) = ", cells.slope), html("span", {}, "gradient ∂C/∂w = ", cells.gradient),
    html("span", {}, "stall: ", cells.stall));

  // Running: one step a frame; at once where motion is not wanted.
  let frame = null;
  function pause() {
    if (frame !== null) cancelAnimationFrame(frame);
    frame = null;
    run.textContent = "Run";
    model.save_changes?.();
  }
  function tick() {
    if (get("step") >= STEPS) return pause();
    model.set("step", get("step") + 1);
    frame = requestAnimationFrame(tick);
    return undefined;
  }
  function start() {
    if (frame !== null) return pause();
    if (get("step") >= STEPS) model.set("step", 0);
    if (still()) return put(model, "step", STEPS);
    run.textContent = "Pause";
    frame = requestAnimationFrame(tick);
    return undefined;
  }
  const run = button("Run", start);
  const one = button("One step", () => {
    pause();
    put(model, "step", Math.min(STEPS, get("step") + 1));
  });
  const reset = button("Start over", () => {
    pause();
    put(model, "step", 0);
  });

  const restart = () => {
    question.clear(); // it spoke of another start
    if (get("step") > 0 && frame === null) put(model, "step", 0); // another start, another descent
  };
  const sliders = [
    traitSlider(model, "weight", { label: html("span", {}, "start weight ", html("i", {}, "w")), min: -1, max: 4, step: 0.1, format: (v) => fixed(v, 1) }),
    traitSlider(model, "bias", { label: html("span", {}, "start bias ", html("i", {}, "b")), min: -1, max: 4, step: 0.1, format: (v) => fixed(v, 1) }),
    traitSlider(model, "lr", { label: html("span", {}, "rate ", html("i", {}, "η")), name: "learning rate η", min: 0.1, max: 2, step: 0.1, format: (v) => fixed(v, 1) }),
  ];
  const costs = choice(model, "cost", "cost", COSTS.map((cost) => [cost, cost]));

  const question = predict({
    question: html("span", {}, "Guess: after how many steps has the neuron with the quadratic cost brought its output from ", html("span", { class: "sn-start" }), " below ½?"),
    min: 0, max: STEPS, step: 5, start: 20, format: (n) => fixed(n, 0),
    reveal(guess) {
      pause();
      put(model, "cost", "quadratic");
      put(model, "step", STEPS);
      const half = firstBelow(paths.quadratic.a, 0.5);
      const verdict = half < 0 || Math.abs(guess - half) > 10 ? `You guessed ${guess}.` : "Your guess was close.";
      return `After ${half < 0 ? `more than ${STEPS} steps` : counted(half)}. ${verdict}`;
    },
  });

  const live = liveRegion();
  live.node.classList.add("sx-unseen"); // the line of facts shows what it says, and without its delay
  let compared = false; // has the reader met the second cost?
  function update() {
    compute();
    const [cost, step] = [get("cost"), get("step")];
    const path = paths[cost];
    const [z, a, slope] = [path.z[step], path.a[step], slopeOfSigmoid(path.z[step])];
    const stall = firstBelow(path.a, 0.9);
    compared ||= cost === COSTS[1];
    swatches[1].style.display = compared ? "" : "none";
    if (hill) {
      hill.dot.update(z, a);
      hill.dot.node.setAttribute("class", `sx-point sx-s${SERIES[cost]}`);
      hill.tangent.update([z - 1.8, z + 1.8], [a - 1.8 * slope, a + 1.8 * slope]);
      const every = Math.floor(step / 10);
      const been = Array.from({ length: every + 1 }, (_, i) => `M${hill.ax.sx(path.z[10 * i]).toFixed(1)} ${hill.ax.sy(path.a[10 * i]).toFixed(1)}h0`);
      hill.trail.setAttribute("class", `sn-trail sx-s${SERIES[cost]}`);
      lead(hill.trail, been.join(""));
    }
    if (chart) {
      const steps = linspace(0, step, step + 1);
      COSTS.forEach((name, i) => chart.lines[i].update(step ? steps : [0, 0], (step ? steps : [0, 0]).map((s) => paths[name].cost[s] / paths[name].cost[0])));
      chart.lines[1].node.style.display = compared ? "" : "none";
      chart.dot.update(step, path.cost[step] / path.cost[0]);
      chart.dot.node.setAttribute("class", `sx-point sx-s${SERIES[cost]}`);
      const until = Math.min(step, stall < 0 ? STEPS : stall);
      const edge = chart.ax.sx(until);
      chart.stall.setAttribute("width", edge - chart.ax.left);
      chart.stall.setAttribute("class", `sn-stall sx-s${SERIES[cost]}`);
      // In the middle of the shade, or beside it, above the curves, where that is too narrow.
      const wide = edge - chart.ax.left > 120;
      chart.word.setAttribute("text-anchor", wide ? "middle" : "start");
      chart.word.setAttribute("y", wide ? (chart.ax.top + chart.ax.bottom) / 2 : chart.ax.top + 16);
      chart.word.setAttribute("x", wide ? (chart.ax.left + edge) / 2 : edge + 6);
      write(chart.word, until > 0 ? `stall: ${counted(until)}` : "");
    }
    const over = stall >= 0 && step >= stall;
    write(cells.stall, over ? counted(stall) : `${counted(step)} so far`);
    write(cells.step, String(step));
    write(cells.a, fixed(a, 3));
    write(cells.slope, significant(slope, 2));
    write(cells.gradient, significant(path.gradient[step], 2));
    write(el.querySelector(".sn-start"), fixed(path.a[0], 3));
    [...sliders, costs].forEach((s) => s.sync());
    live.say(`Step ${step}, ${cost}: output ${fixed(a, 3)}, gradient ${significant(path.gradient[step], 2)}.`);
  }

  el.append(
    question.node,
    html("div", { class: "sx-columns" }, html("div", {}, ...sliders.map((s) => s.node)), html("div", {}, costs.node, html("div", { class: "sn-buttons" }, run, one, reset))),
    html("div", { class: "sx-columns" }, slide, falls), key, facts, live.node, // what runs is below its buttons
  );
  const stops = [responsive(slide, drawHill, { most: 360 }), responsive(falls, drawChart, { most: 360 })];
  model.on("change:weight change:bias change:lr", restart);
  model.on(traits, update);
  return () => {
    if (frame !== null) cancelAnimationFrame(frame);
    stops.forEach((stop) => stop());
    model.off?.("change:weight change:bias change:lr", restart);
    model.off?.(traits, update);
  };
}

export default { render };
