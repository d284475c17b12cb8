// Temperature, top-k and top-p on a small next-token distribution: which tokens survive, and with
// which probabilities they are drawn.

import { softmax } from "./static/softmax.mjs";
import { fixed, html } from "./static/plot.mjs";
import { button, liveRegion, predict, put, traitSlider } from "./static/controls.mjs";

/** As in sampling.py. */
export const TOKENS = ["mat", "floor", "sofa", "roof", "chair", "moon", "piano", "idea"];

/** As in softmax_src.sampling: temperature, then the k largest, then the likely ones. */
export function truncatedDistribution(z, T, k, p) {
  const order = z.map((_, i) => i).sort((i, j) => z[j] - z[i] || i - j);
  let kept = order.slice(0, k);
  if (p < 1) {
    // One stays if it and all after it are more than 1 − p; what agrees to 2^-47 is the same.
    let left = 0;
    const after = softmax(kept.map((i) => z[i]), T).reverse().map((a) => (left += a)).reverse();
    kept = kept.filter((_, i) => i === 0 || after[i] * (1 - 2 ** -47) > 1 - p + 2 ** -53);
  }
  return softmax(z.map((x, i) => (kept.includes(i) ? x : -Infinity)), T);
}

function render({ model, el }) {
  const get = (key) => model.get(key);
  const drawn = () => truncatedDistribution(get("z"), get("T"), get("k"), get("p"));
  const survivors = () => drawn().filter((a) => a > 0).length;
  const start = { T: get("T"), k: get("k"), p: get("p") };

  const rows = TOKENS.map((token) => {
    const before = html("span", { class: "sx-sampling-before" });
    const after = html("span", { class: "sx-sampling-after" });
    const text = html("span", { class: "sx-value" });
    const node = html(
      "li", { class: "sx-sampling-row", "data-token": token },
      html("span", { class: "sx-sampling-token" }, token),
      html("span", { class: "sx-sampling-track", "aria-hidden": "true" }, before, after), text,
    );
    return { node, before, after, text };
  });
  const bars = html("ul", { class: "sx-sampling" }, ...rows.map((row) => row.node));

  const question = predict({
    question: "Guess: with these settings, how many of the eight tokens can be drawn?",
    name: "Guess", min: 1, max: 8, step: 1, start: 6, format: (v) => fixed(v, 0),
    reveal: (guess) => {
      const n = survivors();
      put(model, "revealed", true);
      return guess === n ? `Right: ${n}.` : `${n}, not ${guess}. Add the probabilities from the top until they reach p.`;
    },
  });

  const sliders = [
    traitSlider(model, "T", { label: "temperature T", name: "temperature", min: 0.1, max: 4, step: 0.05 }),
    traitSlider(model, "k", { label: "top-k", name: "top-k", min: 1, max: 8, step: 1, format: (v) => fixed(v, 0) }),
    traitSlider(model, "p", { label: "top-p", name: "top-p", min: 0.05, max: 1, step: 0.01 }),
  ];
  const reset = button("Back to the start", () => Object.keys(start).forEach((key) => put(model, key, start[key])));
  const verdict = html("p", { "data-verdict": "" });
  const live = liveRegion();

  function update() {
    const [a, b, revealed] = [softmax(get("z"), get("T")), drawn(), get("revealed")];
    rows.forEach((row, i) => {
      row.before.style.width = `${100 * a[i]}%`;
      row.after.style.width = revealed ? `${100 * b[i]}%` : "0";
      row.node.classList.toggle("sx-sampling-out", revealed && b[i] === 0);
      row.text.textContent = !revealed ? fixed(a[i], 3) : `${fixed(a[i], 3)} → ${b[i] === 0 ? "out" : fixed(b[i], 3)}`;
    });
    const n = survivors();
    const lost = a.reduce((s, x, i) => s + (b[i] === 0 ? x : 0), 0);
    verdict.textContent = !revealed ? "" : `${n} of 8 tokens can be drawn; ${fixed(lost, 3)} of the probability went to the others.`;
    sliders.forEach((slider) => slider.sync());
    if (revealed) live.say(`${n} tokens survive, ${TOKENS[b.indexOf(Math.max(...b))]} with probability ${fixed(Math.max(...b), 2)}.`);
  }

  el.append(
    html("p", { class: "sx-note" }, "The cat sat on the …"),
    bars, question.node, html("div", { class: "sx-sampling-knobs" }, ...sliders.map((s) => s.node)), verdict, reset, live.node,
  );
  const watched = "change:z change:T change:k change:p change:revealed";
  model.on(watched, update);
  update();
  return () => model.off?.(watched, update);
}

export default { render };
