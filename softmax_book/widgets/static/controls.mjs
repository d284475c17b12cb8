// Controls: native inputs with labels, bound to a model's traits; and the line that a screen
// reader hears. JupyterLab would eat the arrow keys without data-lm-suppress-shortcuts.

import { fixed, html, write } from "./plot.mjs";

const suppress = { "data-lm-suppress-shortcuts": "true" };

// In Jupyter each widget is a module with a copy of this text: one count for the whole document,
// or labels and radio buttons of two widgets would share their names.
const nextId = () => (globalThis.softmaxIds = (globalThis.softmaxIds ?? 0) + 1);

/** Set a trait and tell the kernel, where there is one. */
export function put(model, key, value) {
  model.set(key, value);
  model.save_changes?.();
}

/**
 * A labelled slider: {label, min, max, step, get, set, format}.
 *
 * label is text or a node; name, if given, is heard in its place and begins or ends with it; get() is
 * the value to show, set(v) stores it. sync() shows the model's value again after somebody else changed it.
 */
export function slider({ label, name, min, max, step, get, set, format = (v) => fixed(v, 2) }) {
  const id = `sx-input-${nextId()}`;
  // Not a live region: the slider says its value itself.
  const output = html("output", { class: "sx-value", for: id, "aria-live": "off" });
  const input = html("input", {
    type: "range", id, min, max, step, "aria-label": name, ...suppress,
    oninput: () => {
      set(Number(input.value));
      sync();
    },
  });
  // A finger that lands on the slider and then scrolls the page meant the page.
  let before = null;
  input.addEventListener("pointerdown", (event) => (before = event.pointerType === "touch" ? input.value : null));
  input.addEventListener("pointercancel", () => {
    if (before === null || input.value === before) return;
    input.value = before;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
  function sync() {
    const value = get();
    if (Number(input.value) !== value) input.value = value;
    const text = format(value);
    if (output.textContent === text) return; // the browser lays out again what is written
    write(output, text);
    input.setAttribute("aria-valuetext", text);
  }
  const node = html("div", { class: "sx-slider" }, html("label", { for: id }, label), input, output);
  input.value = get();
  sync();
  return { node, input, sync };
}

/** A labelled slider of one trait. */
export function traitSlider(model, key, options) {
  return slider({ ...options, get: () => model.get(key), set: (v) => put(model, key, v) });
}

/** Radio buttons for one trait: options is a list of [value, label]. */
export function choice(model, key, legend, options) {
  const group = `sx-group-${nextId()}`;
  const inputs = options.map(([value, label]) => {
    const input = html("input", {
      type: "radio", name: group, ...suppress, onchange: () => put(model, key, value),
    });
    return { value, input, node: html("label", { class: "sx-option" }, input, html("span", {}, label)) };
  });
  const sync = () => inputs.forEach(({ value, input }) => (input.checked = model.get(key) === value));
  sync();
  const node = html("fieldset", { class: "sx-choice" }, html("legend", {}, legend), ...inputs.map((i) => i.node));
  return { node, sync };
}

/** A checkbox for one boolean trait. */
export function toggle(model, key, label) {
  const input = html("input", { type: "checkbox", ...suppress, onchange: () => put(model, key, input.checked) });
  const sync = () => (input.checked = model.get(key));
  sync();
  return { node: html("label", { class: "sx-option" }, input, html("span", {}, label)), sync };
}

export const button = (label, onclick, attributes = {}) =>
  html("button", { type: "button", class: "sx-button", ...suppress, onclick, ...attributes }, label);

/** Does the reader want things to stand still? */
export const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** A polite live region: say(text) is spoken once the reader has paused, not at every step. */
export function liveRegion() {
  const node = html("p", { class: "sx-live", role: "status", "aria-live": "polite" });
  let timer;
  const say = (text) => {
    clearTimeout(timer);
    timer = setTimeout(() => node.textContent === text || (node.textContent = text), 400);
  };
  return { node, say };
}

/**
 * Predict, then reveal: a question with a number to guess.
 *
 * {question, min, max, step, start, reveal(guess), format}: reveal returns the sentence that
 * is shown after the reader has committed to a guess; it may also change the picture. clear() takes
 * the sentence away when it no longer describes what is shown.
 */
export function predict({ question, min, max, step, start, reveal, format }) {
  let guess = start;
  const answer = html("p", { class: "sx-answer", role: "status" });
  const input = slider({ label: question, min, max, step, format, get: () => guess, set: (v) => (guess = v) });
  const ask = button("Reveal", () => {
    answer.textContent = reveal(guess);
  });
  const node = html("div", { class: "sx-predict" }, input.node, ask, answer);
  return { node, input: input.input, clear: () => (answer.textContent = "") };
}
