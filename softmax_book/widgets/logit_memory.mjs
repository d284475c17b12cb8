// The memory of N × V logits: in full, with the gradient beside them, or a chunk of words at a time.
// Both grow with the tokens; only the first grows with the vocabulary, once that exceeds a chunk.

import { axes, dashKey, fixed, html, line, point, responsive, rule, significant, svg, write } from "./static/plot.mjs";
import { choice, liveRegion, predict, put, slider, traitSlider } from "./static/controls.mjs";

export const SIZES = { bfloat16: 2, float32: 4, float64: 8 };
const CARD = 80; // GB of a large accelerator
const [LOW, HIGH] = [1000, 256000];

/** softmax_src.vocabulary.logit_bytes, in GB; chunk null: all at once. */
export function gigabytes(tokens, words, size, chunk) {
  return (chunk ? tokens * Math.min(chunk, words) * size : 2 * tokens * words * size) / 1e9;
}

/** GB for people: three digits, in MB below a tenth. */
export function memory(gb) {
  return gb < 0.1 ? `${significant(gb * 1000, 3)} MB` : `${significant(gb, 3)} GB`;
}

function render({ model, el }) {
  const get = (key) => model.get(key);
  const at = (words, chunk) => gigabytes(get("tokens"), words, SIZES[get("dtype")], chunk);
  const both = () => ({ full: at(get("vocabulary"), null), chunked: at(get("vocabulary"), get("chunk")) });

  const picture = html("div");
  const words = Array.from({ length: 121 }, (_, i) => LOW * (HIGH / LOW) ** (i / 120));
  let parts;

  const draw = (width) => {
    const log = Math.log10;
    // The axes are a little wider than the sliders, or the dots would be cut at the ends.
    const ax = axes({
      width, height: 214, x: [log(LOW) - 0.08, log(HIGH) + 0.08], y: [-4.4, 4], xlabel: "words in the vocabulary", ylabel: "GB",
      xticks: [3, 4, 5], yticks: [-3, -1, 1, 3], xformat: (v) => `${10 ** (v - 3)}000`, yformat: (v) => significant(10 ** v, 1),
      label: "Memory of the logits over the size of the vocabulary, in full and in chunks",
    });
    ax.area.append(svg("line", { class: "sx-chance", x1: ax.left, x2: ax.right, y1: ax.sy(log(CARD)), y2: ax.sy(log(CARD)) }));
    ax.node.append(svg("text", { class: "sx-tick lm-card", x: ax.left + 5, y: ax.sy(log(CARD)) - 4 }, `${CARD} GB: a large card`));
    parts = { full: line(ax, 2), chunked: line(ax, 1), cursor: rule(ax, "x", log(LOW)), dots: { full: point(ax, 2), chunked: point(ax, 1) } };
    update();
    return ax.node;
  };

  const value = (name) => html("b", { class: "sx-value", "data-number": name });
  const values = { full: value("full"), chunked: value("chunked"), ratio: value("ratio") };
  const table = html("p", { class: "lm-values" },
    html("span", {}, dashKey(2), "all at once ", values.full),
    html("span", {}, dashKey(1), "in chunks ", values.chunked),
    html("span", {}, "ratio ", values.ratio));

  const power = (key, text, lowest, highest) => slider({
    label: text, min: lowest, max: highest, step: 1, format: (v) => String(2 ** v),
    get: () => Math.round(Math.log2(get(key))), set: (v) => put(model, key, 2 ** v),
  });
  const tokens = power("tokens", "tokens", 8, 20);
  const chunk = power("chunk", "chunk", 8, 18);
  const vocabulary = traitSlider(model, "vocabulary", { label: "words", name: "words in the vocabulary", min: LOW, max: HIGH, step: 1000, format: String });
  const types = choice(model, "dtype", "type", Object.keys(SIZES).map((name) => [name, name]));
  const answer = html("div", {}, types.node, tokens.node, vocabulary.node, chunk.node, table, picture);

  const question = predict({
    question: "A batch of 8192 tokens, a vocabulary of 128,000 words, logits in float32. How many GB do the logits and their gradient take?",
    min: 0, max: 20, step: 0.1, start: 1, format: (v) => fixed(v, 1),
    reveal(guess) {
      const start = { tokens: 8192, vocabulary: 128000, chunk: 4096, dtype: "float32", revealed: true };
      for (const [key, v] of Object.entries(start)) put(model, key, v);
      const { full, chunked } = both();
      return `You said ${fixed(guess, 1)} GB. It is 2 × 8192 × 128,000 × 4 bytes = ${fixed(full, 1)} GB, against ${memory(chunked)} in chunks of 4096 words.`;
    },
  });

  const live = liveRegion();
  function update() {
    const { full, chunked } = both();
    answer.hidden = !get("revealed");
    write(values.full, memory(full));
    write(values.chunked, memory(chunked));
    write(values.ratio, significant(full / chunked, 3));
    for (const part of [tokens, vocabulary, chunk, types]) part.sync();
    if (parts) {
      const x = words.map(Math.log10);
      const here = Math.log10(get("vocabulary"));
      parts.full.update(x, words.map((v) => Math.log10(at(v, null))));
      parts.chunked.update(x, words.map((v) => Math.log10(at(v, get("chunk")))));
      parts.cursor.update(here);
      parts.dots.full.update(here, Math.log10(full));
      parts.dots.chunked.update(here, Math.log10(chunked));
    }
    if (get("revealed")) live.say(`${get("tokens")} tokens, ${get("vocabulary")} words, ${get("dtype")}: ${memory(full)} in full, ${memory(chunked)} in chunks of ${get("chunk")}.`);
  }

  el.append(question.node, answer, live.node);
  const stop = responsive(picture, draw);
  update();
  const events = "change:tokens change:vocabulary change:chunk change:dtype change:revealed";
  model.on(events, update);
  return () => {
    stop();
    model.off?.(events, update);
  };
}

export default { render };
