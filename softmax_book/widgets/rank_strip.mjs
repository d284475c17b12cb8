// One class against the rest: each example is a tick at its rank, the class above the line, the rest
// below. A number added to all logits of an example leaves the strip of a_k and scrambles that of z_k.

import { softmax } from "./static/softmax.mjs";
import { auc, ranks, rocCurve } from "./static/ranking.mjs";
import { axes, dashKey, fixed, html, lead, line, onPhone, responsive, sub, svg, write } from "./static/plot.mjs";
import { choice, liveRegion, predict, put, traitSlider } from "./static/controls.mjs";

/** c(x) for each example: size times its random number, or -size times its own a_k. */
export function shifts(z, rest, noise, kind, size) {
  return z.map((x, n) => size * (kind === "random" ? noise[n] : -softmax([x, rest[n]])[0]));
}

/** Both scores after the shift; a_k is computed from the shifted logits, not assumed to stay. */
export function scores(z, rest, c) {
  return { a: z.map((x, n) => softmax([x + c[n], rest[n] + c[n]])[0]), z: z.map((x, n) => x + c[n]) };
}

function render({ model, el }) {
  const [k, z, rest, noise, positive] = ["k", "z", "rest", "noise", "positive"].map((key) => model.get(key));
  const at = (kind, size) => scores(z, rest, shifts(z, rest, noise, kind, size));
  const now = () => at(model.get("kind"), model.get("size"));
  const P = positive.filter((y) => y).length;
  const series = { a: 1, z: 2 };
  const before = at("random", 0);

  const strips = html("div");
  const roc = html("div");
  let ticks;
  let curves;

  const drawStrips = (width) => {
    const [left, right, height] = [4, width - 4, 74];
    ticks = {};
    const one = (name, title) => {
      const node = svg("svg", {
        class: "sx-strip", viewBox: `0 0 ${width} ${height}`, width, height, role: "img",
      });
      node.append(svg("line", { class: "sx-rule", x1: left, x2: right, y1: 44, y2: 44 }));
      // Two paths and not a line for each example, or a move would take longer than a frame. The
      // class last, so that its ticks lie on top.
      const rest = svg("path", { class: "sx-tick-rest" });
      const own = svg("path", { class: `sx-tick-mark sx-s${series[name]}` });
      node.append(rest, own);
      ticks[name] = (score) => {
        const places = ranks(score).map((r) => (left + ((r - 0.5) / score.length) * (right - left)).toFixed(2));
        const drawn = (above, from, to) => places.map((x, n) => (!positive[n] === above ? "" : `M${x} ${from}V${to}`)).join("");
        lead(rest, drawn(false, 46, 66));
        lead(own, drawn(true, 8, 43));
        const order = name === "a" ? `a ${k}` : `z ${k} + c, size ${fixed(model.get("size"), 1)}`;
        node.setAttribute("aria-label", `All examples in the order of ${order}: the digit above the line, the rest below`);
      };
      return html("div", { class: "sx-strip-row" }, html("p", {}, ...title), node);
    };
    const node = html("div", {},
      one("a", ["in the order of ", sub("a", k)]),
      one("z", ["in the order of ", sub("z", k), " + c"]),
      html("p", { class: "sx-ends sx-note", "aria-hidden": "true" }, html("span", {}, "← lowest"), html("span", {}, "highest →")));
    update();
    return node;
  };

  const drawRoc = (width) => {
    const side = Math.min(width, 320);
    const ax = axes({
      width: side, height: onPhone(side, 225), x: [0, 1], y: [0, 1], xlabel: "false-positive rate", ylabel: "true-positive rate",
      label: "ROC curves of the class's probability and of its logit", xticks: [0, 0.5, 1], yticks: [0, 0.5, 1],
    });
    ax.area.append(svg("line", { class: "sx-chance", x1: ax.sx(0), y1: ax.sy(0), x2: ax.sx(1), y2: ax.sy(1) }));
    curves = { z: line(ax, 2), a: line(ax, 1) };
    update();
    return ax.node;
  };

  const number = (name) => html("b", { class: "sx-value", "data-number": `auc_${name}` });
  const values = { a: number("a"), z: number("z") };
  const table = html("p", { class: "sx-aucs" },
    html("span", {}, dashKey(series.a), " AUC of ", sub("a", k), " ", values.a),
    html("span", {}, dashKey(series.z), " AUC of ", sub("z", k), " + c ", values.z));

  const size = traitSlider(model, "size", { label: "size of the shift", min: 0, max: 30, step: 0.5, format: (v) => fixed(v, 1) });
  const kind = choice(model, "kind", "Shift", [
    ["random", "random: size × a normal random number of its own"],
    ["adversarial", html("span", {}, "adversarial: −size × ", sub("a", k))],
  ]);
  const controls = html("div", {}, kind.node, size.node);

  const question = predict({
    question: html("span", {}, "To all ten logits of each picture we add one random number c, of standard deviation 10, new for each picture. The AUC of ",
      sub("a", k), ` is ${fixed(auc(before.a, positive), 3)}; that of `, sub("z", k), ` is ${fixed(auc(before.z, positive), 3)}. What will it become?`),
    min: 0, max: 1, step: 0.01, start: 0.98,
    reveal: (guess) => {
      const after = at("random", 10);
      put(model, "kind", "random");
      put(model, "size", 10);
      put(model, "revealed", true);
      return `You said ${fixed(guess, 2)}. It falls to ${fixed(auc(after.z, positive), 3)}, and the probabilities' stays at ${fixed(auc(after.a, positive), 3)}. `
        + "Now change the size, then let the adversary choose the shift.";
    },
  });

  const live = liveRegion();
  function update() {
    const score = now();
    const found = {};
    for (const name of ["a", "z"]) {
      ticks?.[name]?.(score[name]);
      const { fpr, tpr } = rocCurve(score[name], positive);
      curves?.[name].update(fpr, tpr);
      found[name] = auc(score[name], positive);
      write(values[name], fixed(found[name], 3));
    }
    controls.hidden = !model.get("revealed");
    size.sync();
    kind.sync();
    live.say(`Shift ${model.get("kind")}, size ${fixed(model.get("size"), 1)}: AUC of the probability ${fixed(found.a, 3)}, of the logit ${fixed(found.z, 3)}.`);
  }

  el.append(question.node, controls, table, html("div", { class: "sx-columns sx-rank" }, strips, roc),
    html("p", { class: "sx-note" }, `Above each line are the ${P} pictures of the digit ${k}, below it the ${positive.length - P} others.`), live.node);
  const stops = [responsive(strips, drawStrips), responsive(roc, drawRoc)];
  update();
  const events = "change:size change:kind change:revealed";
  model.on(events, update);
  return () => {
    stops.forEach((stop) => stop());
    model.off?.(events, update);
  };
}

export default { render };
