// Temperature, top-k, top-p and min-p on a small next-token distribution: which tokens survive, who
// took the others out, and with which probabilities the survivors are drawn.

import { softmax } from "./static/softmax.mjs";
import { fixed, html, write } from "./static/plot.mjs";
import { button, choice, liveRegion, predict, put, traitSlider } from "./static/controls.mjs";

/** As in sampling.py. */
export const TOKENS = ["mat", "floor", "sofa", "roof", "chair", "moon", "piano", "idea"];
export const CUTS = ["top-k", "top-p", "min-p"];

/** As in softmax_src.sampling: what agrees to this is the same. */
const SLACK = 2 ** -47;

/**
 * Which cut takes each token out, or "": the k largest stay, then the likely ones, then those near
 * the top. The cuts see the softmax at temperature T, or at 1 if the temperature comes last.
 */
export function cutBy(z, T, k, p, m, order) {
  const by = z.map(() => "");
  const at = order === "last" ? 1 : T;
  let kept = z.map((_, i) => i).sort((i, j) => z[j] - z[i] || i - j);
  const keep = (n, cut) => {
    kept.slice(n).forEach((i) => (by[i] = cut));
    kept = kept.slice(0, n);
  };
  const a = () => softmax(kept.map((i) => z[i]), at);
  keep(k, "top-k");
  if (p < 1) {
    let total = 0;
    const left = a().reverse().map((x) => (total += x)).reverse(); // from this token to the last
    keep(1 + left.slice(1).filter((x) => x * (1 - SLACK) > 1 - p + 2 ** -53).length, "top-p");
  }
  if (m > 0) {
    const b = a();
    keep(b.filter((x) => x >= m * b[0] * (1 - SLACK)).length, "min-p");
  }
  return by;
}

/** As in softmax_src: the softmax of those that no cut took out. */
export function truncatedDistribution(z, T, k, p, m = 0, order = "first") {
  const by = cutBy(z, T, k, p, m, order);
  return softmax(z.map((x, i) => (by[i] ? -Infinity : x)), T);
}

function render({ model, el }) {
  const get = (key) => model.get(key);
  const knobs = ["z", "T", "k", "p", "m", "order"];
  const now = () => knobs.map(get);
  const survivors = () => cutBy(...now()).filter((cut) => !cut).length;
  const start = Object.fromEntries(knobs.slice(1).map((key) => [key, get(key)]));

  const rows = TOKENS.map((token) => {
    const before = html("span", { class: "sx-sampling-before" });
    const after = html("span", { class: "sx-sampling-after" });
    const cut = html("span", { class: "sx-sampling-cut" });
    const text = html("span", { class: "sx-value" });
    const node = html(
      "li", { class: "sx-sampling-row", "data-token": token },
      html("span", { class: "sx-sampling-token" }, token),
      html("span", { class: "sx-sampling-track", "aria-hidden": "true" }, before, after, cut), text,
    );
    return { node, before, after, cut, text };
  });
  const bars = html("ul", { class: "sx-sampling" }, ...rows.map((row) => row.node));

  const question = predict({
    question: "Guess: with these settings, how many of the eight tokens can be drawn?",
    min: 1, max: 8, step: 1, start: 6, format: (v) => fixed(v, 0),
    reveal: (guess) => {
      const n = survivors();
      put(model, "revealed", true);
      return guess === n ? `Right: ${n}.` : `${n}, not ${guess}. What took the others out stands beside them.`;
    },
  });

  const sliders = [
    traitSlider(model, "T", { label: "temperature T", min: 0.1, max: 4, step: 0.05 }),
    traitSlider(model, "k", { label: "top-k", min: 1, max: 8, step: 1, format: (v) => fixed(v, 0) }),
    traitSlider(model, "p", { label: "top-p", min: 0.05, max: 1, step: 0.01 }),
    traitSlider(model, "m", { label: "min-p", min: 0, max: 1, step: 0.01 }),
  ];
  const order = choice(model, "order", "Temperature", [
    ["first", "before the cuts"],
    ["last", "after them"],
  ]);
  const reset = button("Back to the start", () => Object.keys(start).forEach((key) => put(model, key, start[key])));
  const verdict = html("p", { "data-verdict": "" });
  const live = liveRegion();

  function update() {
    const [a, by, b, revealed] = [softmax(get("z"), get("T")), cutBy(...now()), truncatedDistribution(...now()), get("revealed")];
    rows.forEach((row, i) => {
      row.before.style.width = `${100 * a[i]}%`;
      row.after.style.width = revealed ? `${100 * b[i]}%` : "0";
      write(row.cut, revealed ? by[i] : "");
      row.node.classList.toggle("sx-sampling-out", revealed && by[i] !== "");
      write(row.text, !revealed ? fixed(a[i], 3) : `${fixed(a[i], 3)} → ${by[i] ? "out" : fixed(b[i], 3)}`);
    });
    const n = survivors();
    const kept = a.reduce((s, x, i) => s + (by[i] ? 0 : x), 0);
    const took = CUTS.map((cut) => [cut, by.filter((x) => x === cut).length]).filter(([, count]) => count);
    const who = took.map(([cut, count]) => `${cut} took ${count}`).join(", ") || "nobody is out";
    write(verdict, !revealed ? "" : `${n} of 8 tokens can be drawn: ${who}. The kept mass, by which each probability is divided, is ${fixed(kept, 3)}.`);
    sliders.forEach((slider) => slider.sync());
    order.sync();
    live.say(revealed ? `${n} of 8 tokens can be drawn, ${TOKENS[b.indexOf(Math.max(...b))]} with probability ${fixed(Math.max(...b), 2)}; ${who}.`
      : `Probabilities: ${TOKENS.map((token, i) => `${token} ${fixed(a[i], 2)}`).join(", ")}.`);
  }

  el.append(
    question.node, html("p", { class: "sx-note" }, "The cat sat on the …"), bars,
    html("div", { class: "sx-sampling-knobs" }, ...sliders.map((s) => s.node), order.node), verdict, reset, live.node,
  );
  const watched = "change:z change:T change:k change:p change:m change:order change:revealed";
  model.on(watched, update);
  const moved = "change:z change:T change:k change:p change:m change:order";
  model.on(moved, question.clear); // the answer spoke of the knobs as they were
  update();
  return () => {
    model.off?.(watched, update);
    model.off?.(moved, question.clear);
  };
}

export default { render };
