// Runs the widgets' modules on a static page: no server, no kernel, no third party, and no ES module,
// which a page opened from a folder could not load. The build puts the library in.
"use strict";
const softmaxIslands = (() => {
  const library = __LIBRARY__;
  const folder = new URL(".", document.currentScript.src);
  const waiting = {};

  /** What anywidget gives a widget in Jupyter, as far as our modules use it. */
  function makeModel(state) {
    const listeners = {};
    const tell = (event) => [...(listeners[event] ?? [])].forEach((listener) => listener());
    return {
      get: (key) => state[key],
      set(key, value) {
        if (JSON.stringify(state[key]) === JSON.stringify(value)) return;
        state[key] = value;
        tell(`change:${key}`);
        tell("change");
      },
      on: (events, listener) => events.split(" ").forEach((e) => (listeners[e] ??= new Set()).add(listener)),
      off: (events, listener) => events.split(" ").forEach((e) => listeners[e]?.delete(listener)),
      save_changes() {},
    };
  }

  /** Each kind of widget is fetched once, and only on pages that show it. */
  function load(name) {
    waiting[name] ??= {};
    waiting[name].module ??= new Promise((resolve, reject) => {
      waiting[name].resolve = resolve;
      const script = document.createElement("script");
      script.src = new URL(`${name}.js`, folder);
      script.onerror = () => reject(new Error(`${name}.js could not be loaded`));
      document.head.append(script);
    });
    return waiting[name].module;
  }

  const show = (value) => (Array.isArray(value) ? value.map(show).join(",") : String(value));

  /** Read "2.5,-1" as what the trait holds now: a number, text, a truth value, or a list of numbers. */
  function parse(text, old) {
    if (typeof old === "string") return text;
    if (typeof old === "boolean") return text === "true";
    const numbers = text.split(",").map(Number);
    if (numbers.some((x) => !Number.isFinite(x))) throw new Error(`${text} is not a number`);
    if (!Array.isArray(old)) return numbers[0];
    if (numbers.length !== old.length) throw new Error(`${text} should have ${old.length} numbers`);
    return numbers;
  }

  /** #four_outputs:z=2.5,-1,3.2,0.5&T=1 sets the traits of that widget, if it is this one. */
  function readLink(id, model, traits) {
    const [name, settings] = decodeURIComponent(location.hash.slice(1)).split(":");
    if (name !== id || !settings) return false;
    for (const setting of settings.split("&")) {
      const [key, text] = setting.split("=");
      try {
        if (traits.includes(key)) model.set(key, parse(text, model.get(key)));
      } catch (error) {
        console.warn(`The link's ${key} was left out: ${error.message}`);
      }
    }
    return true;
  }

  /** A link holds only what is short: numbers, text, truth values and short lists of numbers. */
  const linkable = (value) =>
    typeof value !== "object" || (Array.isArray(value) && value.length < 70 && value.every((x) => typeof x === "number"));

  function keepLink(id, model, traits, start) {
    const settings = () => traits.filter((t) => show(model.get(t)) !== start[t]).map((t) => `${t}=${show(model.get(t))}`);
    let timer;
    const write = () => {
      const changed = settings();
      history.replaceState(null, "", changed.length ? `#${id}:${changed.join("&")}` : `${location.pathname}${location.search}`);
    };
    model.on("change", () => {
      clearTimeout(timer);
      timer = setTimeout(write, 300);
    });
    addEventListener("hashchange", () => readLink(id, model, traits));
  }

  async function wake(island, id) {
    const { widget, state } = JSON.parse(island.querySelector("script").textContent);
    const traits = Object.keys(state).filter((key) => linkable(state[key]));
    const start = Object.fromEntries(traits.map((key) => [key, show(state[key])]));
    const model = makeModel(state);
    const el = document.createElement("div");
    el.className = "sx-widget";
    try {
      const { render } = await load(widget);
      const linked = readLink(id, model, traits);
      island.append(el);
      await render({ model, el });
      keepLink(id, model, traits, start);
      island.classList.add("sx-alive");
      if (linked) island.scrollIntoView();
    } catch (error) {
      el.remove();
      island.dataset.failed = true;
      console.error(`The widget ${widget} stays a picture: ${error.message}`);
    }
  }

  function start() {
    const seen = {};
    for (const island of document.querySelectorAll(".softmax-island")) {
      const name = island.dataset.widget;
      seen[name] = (seen[name] ?? 0) + 1;
      wake(island, seen[name] > 1 ? `${name}-${seen[name]}` : name);
    }
  }
  document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", start) : start();

  return {
    define(name, make) {
      try {
        waiting[name].resolve(make(library));
      } catch (error) {
        waiting[name].resolve(Promise.reject(error));
      }
    },
  };
})();
