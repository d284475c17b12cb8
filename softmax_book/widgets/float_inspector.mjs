// The softmax loss of two classes as float16, float32 or float64 computes it, operation by operation.
// JavaScript has float64 only; a sum, difference, product or quotient of two float16 or float32 numbers
// computed in float64 and then rounded is the number that the smaller type gives.

import { axes, fixed, html, linspace, responsive, rule, significant, sub, svg, swatch, write } from "./static/plot.mjs";
import { choice, liveRegion, predict, put, traitSlider } from "./static/controls.mjs";

export const FORMULAS = ["naive", "shifted", "lse", "log1p"];

/** The float16 nearest to x, ties to even: 11 bits, exponents from -14 to 15, subnormals below. */
export function round16(x) {
  if (!Number.isFinite(x) || x === 0) return x;
  const size = Math.abs(x);
  if (size >= 65520) return Math.sign(x) * Infinity;
  const ulp = 2 ** (Math.max(Math.floor(Math.log2(size)), -14) - 10);
  const [whole, part] = [Math.floor(size / ulp), (size / ulp) % 1];
  return Math.sign(x) * ulp * (part > 0.5 || (part === 0.5 && whole % 2) ? whole + 1 : whole);
}

const ROUND = { float16: round16, float32: Math.fround, float64: (x) => x };
const EPSILON = { float16: 2 ** -10, float32: 2 ** -23, float64: 2 ** -52 };
const LEAST = { float16: 2 ** -24, float32: 2 ** -149, float64: 2 ** -1074 };

/** softmax_src.stepwise.loss_steps: the logits are margin for the correct class and 0. */
export function lossSteps(margin, dtype, formula) {
  const r = ROUND[dtype];
  const z = r(margin);
  const M = formula === "naive" ? 0 : Math.max(z, 0);
  const [ec, eo] = [r(Math.exp(r(z - M))), r(Math.exp(r(0 - M)))];
  const total = r(ec + eo);
  const trace = { e_c: ec, e_o: eo, sum: total };
  let loss, gradient;
  if (formula === "naive" || formula === "shifted") {
    const a = r(ec / total);
    loss = -r(Math.log(a));
    gradient = r(-r(1 / a) * r(a * r(1 - a)));
    Object.assign(trace, { a_c: a, loss });
  } else {
    const one = formula === "log1p";
    const logSum = r(one ? Math.log1p(Math.min(ec, eo)) : Math.log(total));
    gradient = one ? -r(eo / total) : r(r(ec / total) - 1);
    loss = r(logSum + r(M - z));
    Object.assign(trace, { log_sum: logSum, gap: r(M - z), loss });
  }
  const small = Math.exp(-Math.abs(z));
  const trueLoss = Math.log1p(small) + Math.max(-z, 0);
  const trueGradient = -(z > 0 ? small : 1) / (1 + small);
  return { trace, loss, gradient, trueLoss, trueGradient };
}

/** The distance from |x|, rounded to the type, to the next larger number of the type. */
export function spacing(x, dtype) {
  const size = Math.abs(ROUND[dtype](x));
  if (size === 0) return LEAST[dtype];
  const power = Math.floor(Math.log2(size));
  const exact = 2 ** power > size ? power - 1 : 2 ** (power + 1) <= size ? power + 1 : power;
  return Math.max(2 ** exact * EPSILON[dtype], LEAST[dtype]);
}

/** softmax_src.stepwise.digits_kept: the correct decimal digits of a result. */
export function digitsKept(computed, truth, dtype) {
  if (!Number.isFinite(computed) || (computed === 0 && ROUND[dtype](truth) !== 0)) return 0;
  const all = -Math.log10(EPSILON[dtype]);
  const error = Math.abs(computed - truth);
  if (error <= 4 * spacing(truth, dtype)) return all;
  return Math.min(all, Math.max(0, -Math.log10(error / Math.abs(truth))));
}

/** From this margin on e^-m is lost beside 1 in the type: the probability rounds to 1. */
export const certainFrom = (dtype) => -Math.log(EPSILON[dtype] / 2);

/** At which steps of a trace something is lost, and what: {step: text}. */
export function losses(trace, formula) {
  const lost = {};
  for (const step of ["e_c", "e_o"]) {
    if (trace[step] === 0) lost[step] = "underflow";
    if (trace[step] === Infinity) lost[step] = "overflow";
  }
  const larger = Math.max(trace.e_c, trace.e_o);
  const rounded = trace.sum === larger && Number.isFinite(larger) && Math.min(trace.e_c, trace.e_o) > 0;
  if (rounded && formula !== "log1p") lost.sum = "the smaller one is lost"; // log1p has kept it
  if (Number.isNaN(trace.a_c)) lost.a_c = "∞ divided by ∞";
  return lost;
}

// The axis: almost linear within ±2, logarithmic beyond.
const warp = (m) => Math.asinh(m / 2);
const EDGE = warp(1000);
const GRID = linspace(-EDGE, EDGE, 441).map((u) => 2 * Math.sinh(u));
const NAMES = {
  naive: "naive: −log(exp z / Σ exp z)",
  shifted: "shifted softmax, then −log",
  lse: "log-sum-exp",
  log1p: "log1p of the rest",
};

/** The shortest decimal that the type reads back as the same number. */
export function shortest(x, dtype) {
  if (!Number.isFinite(x)) return fixed(x);
  const digits = Array.from({ length: 17 }, (_, i) => i + 1).find((n) => ROUND[dtype](Number(x.toPrecision(n))) === x);
  const plain = String(Number(x.toPrecision(digits)));
  return plain.includes("e") || Math.abs(x) < 1e-3 && x !== 0 ? significant(x, digits) : plain.replace("-", "−");
}

/** The significant digits of a number as it is written, from 3 to 15, which float64 is sure of. */
const digitsOf = (text) =>
  Math.min(15, Math.max(3, text.split("×")[0].replace(/^−?[0.]+|\D/g, "").length));

const symbol = (loss, kept) => (kept > 0 ? "" : Number.isNaN(loss) ? "nan" : Number.isFinite(loss) ? "0" : "∞");

function render({ model, el }) {
  const get = (key) => model.get(key);

  // Four rows, one a formula: how many digits loss and gradient keep, over the margin.
  const rowHeight = 62;
  const picture = html("div");
  let cursor, drawn;
  function draw(width) {
    const dtype = get("dtype");
    const all = -Math.log10(EPSILON[dtype]);
    const marks = width < 500 ? [-300, -30, -3, 0, 3, 30, 300] : [-300, -100, -30, -10, -3, 0, 3, 10, 30, 100, 300];
    const ax = axes({
      width, height: 4 * rowHeight + 50, x: [-EDGE, EDGE], y: [0, 4],
      xticks: marks.map(warp), xformat: (u) => String(Math.round(2 * Math.sinh(u))).replace("-", "−"),
      yticks: [0, 1, 2, 3, 4], yformat: () => "",
      xlabel: "margin (right and surer to the right)",
      label: `Correct digits of loss and gradient in ${dtype}, one row for each formula, over the margin`,
    });
    FORMULAS.forEach((formula, row) => {
      const base = 3 - row;
      const results = GRID.map((m) => lossSteps(m, dtype, formula));
      const kept = results.map((s) => digitsKept(s.loss, s.trueLoss, dtype));
      const slopes = results.map((s) => digitsKept(s.gradient, s.trueGradient, dtype));
      const at = (digits) => GRID.map((m, i) => `${ax.sx(warp(m)).toFixed(1)} ${ax.sy(base + (0.62 * digits[i]) / all).toFixed(1)}`).join("L");
      const bottom = ax.sy(base);
      ax.area.append(
        svg("path", { class: "sx-fill sx-s1", opacity: 0.3, d: `M${ax.left} ${bottom}L${at(kept)}L${ax.right} ${bottom}Z` }),
        svg("path", { class: "sx-line sx-s1", "stroke-width": 1.5, d: `M${at(kept)}` }),
        svg("path", { class: "sx-line sx-s2", d: `M${at(slopes)}` }),
        svg("text", { class: "sx-label fi-name", x: ax.left + 4, y: ax.sy(base + 1) + 15, "data-formula": formula }, NAMES[formula]),
      );
      // What a lost loss reads, where there is room to say it.
      const texts = results.map((s, i) => symbol(s.loss, kept[i]));
      for (let first = 0, i = 1; i <= texts.length; i += 1) {
        if (i < texts.length && texts[i] === texts[first]) continue;
        const [from, to] = [ax.sx(warp(GRID[first])), ax.sx(warp(GRID[i - 1]))];
        if (texts[first] && to - from > 18) ax.area.append(svg("text", { class: "sx-label", x: (from + to) / 2, y: bottom - 6, "text-anchor": "middle" }, texts[first]));
        first = i;
      }
    });
    ax.node.append(svg("text", { class: "sx-label", x: 12, y: ax.sy(2), "text-anchor": "middle", transform: `rotate(-90 12 ${ax.sy(2)})` }, `correct digits, 0 to ${fixed(all, 0)} in each row`));
    cursor = rule(ax, "x", warp(get("margin")), "truth");
    drawn = dtype;
    update(ax.node);
    return ax.node;
  }

  const key = html("p", { class: "sx-note" }, swatch(1, "loss"), " ", swatch(2, "gradient"));
  const map = html("div", {}, picture, key); // shown once the reader has guessed

  // The numbers at the present margin.
  const cell = (name) => html("td", { class: "sx-value", "data-cell": name });
  const cells = Object.fromEntries(["loss", "trueLoss", "lossDigits", "gradient", "trueGradient", "gradientDigits"].map((name) => [name, cell(name)]));
  const head = (scope, ...text) => html("th", { scope }, ...text);
  const table = html(
    "table", { class: "fi-table", "aria-label": "Loss and gradient, computed and exact" },
    html("thead", {}, html("tr", {}, head("col", "result"), head("col", "computed"), head("col", "exact"), head("col", "digits right"))),
    html("tbody", {},
      html("tr", {}, head("row", "loss"), cells.loss, cells.trueLoss, cells.lossDigits),
      html("tr", {}, head("row", "∂C/∂", sub("z", "c")), cells.gradient, cells.trueGradient, cells.gradientDigits)),
  );
  const trace = html("div", { class: "fi-trace" });

  const types = choice(model, "dtype", "type", ["float16", "float32", "float64"].map((d) => [d, d]));
  const formulas = choice(model, "formula", "formula", FORMULAS.map((f) => [f, NAMES[f]]));
  const margin = traitSlider(model, "margin", {
    label: "margin", min: -1000, max: 1000, step: "any", format: (m) => fixed(m, Math.abs(m) < 100 ? 2 : 0),
  });
  // The slider moves along the warped axis, 200 steps to each side.
  const slide = html("input", {
    type: "range", id: margin.input.id, min: -200, max: 200, step: 1, "data-lm-suppress-shortcuts": "true",
    oninput: () => {
      const m = 2 * Math.sinh((Number(slide.value) / 200) * EDGE);
      put(model, "margin", Number(m.toPrecision(3)));
    },
  });
  margin.input.replaceWith(slide);

  const question = predict({
    question: html("span", {}, "Guess: from which margin on does −log of a ", html("i", {}, "shifted"), " softmax say exactly 0 in this type?"),
    min: 0, max: 120, step: 0.5, start: 60, format: (m) => fixed(m, 1),
    reveal(guess) {
      put(model, "revealed", true);
      const [dtype, bits] = [get("dtype"), { float16: 11, float32: 24, float64: 53 }[get("dtype")]];
      const answer = certainFrom(dtype);
      const off = Math.abs(guess - answer);
      const verdict = off < 1 ? "right" : `${fixed(off, 1)} ${guess < answer ? "too low" : "too high"}`;
      return `In ${dtype}, ${bits} binary digits: from ${bits} log 2 = ${fixed(answer, 2)} on, 1 + exp(−margin) rounds to 1, so the probability is 1 and the loss 0. Your guess was ${verdict}.`;
    },
  });

  const live = liveRegion();
  // The steps of a formula by their names in the trace: each a line to read, and its two places to write.
  function steps(formula) {
    const e = (step, ...name) => {
      const [value, note] = [html("span", { class: "sx-value" }), html("span", { class: "fi-lost" })];
      return { step, value, note, node: html("div", {}, html("span", {}, ...name), value, note) };
    };
    const shift = formula === "naive" ? "" : " − M";
    const rows = [
      e("e_c", `exp(`, sub("z", "c"), `${shift})`),
      e("e_o", `exp(`, sub("z", "other"), `${shift})`),
      e("sum", formula === "log1p" ? "their sum, for the gradient" : "their sum"),
    ];
    if (formula === "naive" || formula === "shifted")
      return [...rows, e("a_c", sub("a", "c"), ", the quotient"), e("loss", "−log ", sub("a", "c"))];
    return [
      ...rows,
      e("log_sum", formula === "lse" ? "log of the sum" : "log1p of the smaller"),
      e("gap", "M − ", sub("z", "c")), e("loss", "the sum of the two, the loss"),
    ];
  }
  let [followed, lines] = ["", []];
  function follow({ trace: t }, formula, dtype) {
    if (followed !== formula) {
      [followed, lines] = [formula, steps(formula)];
      trace.replaceChildren(...lines.map((row) => row.node));
    }
    const lost = losses(t, formula);
    for (const { step, value, note } of lines) {
      write(value, ` = ${shortest(t[step], dtype)}`);
      write(note, step in lost ? ` ← ${lost[step]}` : "");
    }
  }

  function update(node = picture) {
    const [m, dtype, formula] = [get("margin"), get("dtype"), get("formula")];
    if (drawn !== dtype) return picture.firstChild ? picture.replaceChildren(draw(shownWidth)) : undefined;
    cursor.update(warp(m));
    node.querySelectorAll(".fi-name").forEach((text) => text.classList.toggle("fi-chosen", text.dataset.formula === formula));
    const s = lossSteps(m, dtype, formula);
    const all = -Math.log10(EPSILON[dtype]);
    const whole = Math.round(all);
    const kept = [digitsKept(s.loss, s.trueLoss, dtype), digitsKept(s.gradient, s.trueGradient, dtype)].map((d) => (d === all ? whole : Math.floor(d)));
    const count = (d) => `${d === whole ? "✓ all" : d === 0 ? "✗ none" : d} of ${whole}`;
    write(cells.loss, shortest(s.loss, dtype));
    write(cells.gradient, shortest(s.gradient, dtype));
    write(cells.trueLoss, significant(s.trueLoss, 3));
    write(cells.trueGradient, significant(s.trueGradient, 3));
    write(cells.lossDigits, count(kept[0]));
    write(cells.gradientDigits, count(kept[1]));
    follow(s, formula, dtype);
    slide.value = Math.round((warp(m) / EDGE) * 200);
    slide.setAttribute("aria-valuetext", significant(m, 3));
    write(margin.node.querySelector("output"), fixed(m, Math.abs(m) < 100 ? 2 : 0));
    map.hidden = !get("revealed");
    types.sync();
    formulas.sync();
    const said = (computed, exact, digits) =>
      `${computed}, exact value ${significant(exact, digitsOf(computed))}, ${digits} of ${whole} digits`;
    live.say(`${dtype}, margin ${significant(m, 3)}: loss ${said(cells.loss.textContent, s.trueLoss, kept[0])}; gradient ${said(cells.gradient.textContent, s.trueGradient, kept[1])}.`);
    return undefined;
  }

  let shownWidth;
  const stop = responsive(picture, (width) => draw((shownWidth = width)));
  el.append(question.node, types.node, formulas.node, margin.node, html("div", { class: "sx-columns" }, table, trace), map, live.node);
  const changed = () => update();
  model.on("change:margin change:dtype change:formula change:revealed", changed);
  return () => {
    stop();
    model.off?.("change:margin change:dtype change:formula change:revealed", changed);
  };
}

export default { render };
