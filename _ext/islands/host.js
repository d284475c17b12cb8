// Runs the widgets' modules on a static page: no server, no kernel, no third party, and no ES module,
// which a page opened from a folder could not load. A widget sleeps, as its picture, until it is near:
// only then its script, its state where that is long, and the library are fetched.
"use strict";
const softmaxIslands = (() => {
  const folder = new URL(".", document.currentScript.src);
  const waiting = {};
  const asleep = new Map(); // each sleeping island, and its name in links

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

  /** Each script is fetched once: a kind of widget, a long state, the library. */
  function load(name) {
    waiting[name] ??= {};
    waiting[name].module ??= new Promise((resolve, reject) => {
      waiting[name].resolve = resolve;
      const script = document.createElement("script");
      script.src = new URL(`${name}.js`, folder);
      script.defer = true; // in a saved page it stands written, and runs after this one
      script.onerror = () => {
        waiting[name].module = null; // it may be fetched again
        reject(new Error(`${name}.js could not be loaded`));
      };
      script.onload = () => reject(new Error(`${name}.js defines nothing`)); // too late where it does
      document.head.append(script);
    });
    return waiting[name].module;
  }

  const show = (value) => (Array.isArray(value) ? value.map(show).join(",") : String(value));

  /** Does a trait take this value? By the rules of its Python class: among, number, whole, list, of. */
  function fits(value, { among, number, whole, list, of }) {
    if (among) return among.includes(value);
    if (of) return Array.isArray(value) && value.length === (list ?? value.length) && value.every((x) => fits(x, of));
    if (!number) return value !== undefined && value !== null;
    const [lo, hi] = number;
    return Number.isFinite(value) && value >= (lo ?? value) && value <= (hi ?? value) && (!whole || Number.isInteger(value));
  }

  /** Read "2.5,-1" as what the trait holds now: a number, text, a truth value, or a list of numbers. */
  function parse(text, old) {
    if (typeof old === "string") return text;
    if (typeof old === "boolean") return { true: true, false: false }[text];
    const numbers = text.split(",").map((x) => (x.trim() ? Number(x) : NaN));
    if (!Array.isArray(old)) return numbers.length === 1 ? numbers[0] : undefined;
    return numbers.length === old.length ? numbers : undefined;
  }

  /** The page's hash, as [name, settings] of each widget in it: #sampling:k=3;four_outputs:T=2. */
  function links() {
    let hash = location.hash.slice(1);
    try {
      hash = decodeURIComponent(hash);
    } catch {} // a stray %: read it as it stands
    return hash.split(";").map((part) => part.split(":"));
  }

  /** #four_outputs:z=2.5,-1,3.2,0.5&T=1 sets the traits of that widget, if it is this one. */
  function readLink(id, model, rules, traits) {
    const settings = links().find(([name]) => name === id)?.[1];
    if (!settings) return false;
    for (const setting of settings.split("&")) {
      const [key, text = ""] = setting.split("=");
      if (!traits.includes(key)) continue;
      const value = parse(text, model.get(key));
      if (fits(value, rules[key])) model.set(key, value);
      else console.warn(`The link's ${key} was left out: it cannot be ${text || "nothing"}`);
    }
    return true;
  }

  /** A link holds only what is short: numbers, text, truth values and short lists of numbers. */
  const linkable = (value) =>
    typeof value !== "object" || (Array.isArray(value) && value.length < 70 && value.every((x) => typeof x === "number"));

  function keepLink(id, model, rules, traits, settings) {
    if (document.querySelector(".reveal")) return; // a deck's address says which slide
    let timer;
    const write = () => {
      const changed = settings();
      const others = links().filter(([name, kept]) => kept && name !== id);
      if (changed && links().some(([name, kept]) => name === id && kept === changed)) return;
      // The widget touched last comes first: a link leads to it, and keeps the others' settings.
      const all = [...(changed ? [[id, changed]] : []), ...others].map((part) => part.join(":"));
      history.replaceState(null, "", all.length ? `#${all.join(";")}` : `${location.pathname}${location.search}`);
    };
    model.on("change", () => {
      clearTimeout(timer);
      timer = setTimeout(write, 300);
    });
    addEventListener("hashchange", () => readLink(id, model, rules, traits));
  }

  async function wake(island) {
    const id = asleep.get(island);
    if (!asleep.delete(island)) return; // it is awake
    delete island.dataset.failed;
    const { widget, stored } = island.dataset;
    const el = document.createElement("div");
    el.className = "sx-widget";
    el.dataset.kind = widget;
    try {
      const inline = stored ? load(stored) : JSON.parse(island.querySelector("script").textContent);
      const [held, { render, rules }] = await Promise.all([inline, load(widget), load("library")]);
      const state = structuredClone(held.state); // two islands may hold the same
      const wrong = Object.keys(rules).find((key) => !fits(state[key], rules[key]));
      if (wrong) throw new Error(`its ${wrong} cannot be ${JSON.stringify(state[wrong])?.slice(0, 100)}`);
      const traits = Object.keys(rules).filter((key) => linkable(state[key]));
      const start = Object.fromEntries(traits.map((key) => [key, show(state[key])]));
      const model = makeModel(state);
      const changed = () => traits.filter((t) => show(model.get(t)) !== start[t]).map((t) => `${t}=${show(model.get(t))}`).join("&");
      const linked = readLink(id, model, rules, traits);
      const height = document.documentElement.scrollHeight;
      const above = island.getBoundingClientRect().bottom < 0;
      island.querySelectorAll(".sx-widget, .sx-share").forEach((part) => part.remove()); // of a saved page
      island.append(el);
      await render({ model, el });
      keepLink(id, model, rules, traits, changed);
      island.classList.add("sx-alive");
      document.dispatchEvent(new CustomEvent("sx-awake", { detail: { island, model, traits, changed } }));
      // What is read stays in its place: most browsers see to it, Safari does not.
      if (above && !CSS.supports("overflow-anchor", "auto"))
        scrollBy({ top: document.documentElement.scrollHeight - height, behavior: "instant" });
      if (linked && links()[0][0] === id) island.scrollIntoView();
      return model;
    } catch (error) {
      el.remove();
      island.dataset.failed = true;
      console.error(`The widget ${widget} stays a picture: ${error.message}`);
      const again = () => (asleep.set(island, id), wake(island));
      if (!navigator.onLine) addEventListener("online", again, { once: true });
    }
  }

  // Tells the style sheet that a widget is used. A new width changes all heights, so that the page is
  // laid out whole again before the next move.
  const use = ({ type, target }) =>
    document.documentElement.classList.toggle("sx-used", type !== "resize" && !!target.closest(".softmax-island"));
  for (const event of ["focusin", "input", "resize"]) addEventListener(event, use);

  function start() {
    const seen = {};
    for (const island of document.querySelectorAll(".softmax-island")) {
      const name = island.dataset.widget;
      seen[name] = (seen[name] ?? 0) + 1;
      asleep.set(island, seen[name] > 1 ? `${name}-${seen[name]}` : name);
    }
    const wakeNamed = () => asleep.forEach((id, island) => links().some(([name]) => name === id) && wake(island));
    wakeNamed();
    addEventListener("hashchange", wakeNamed);
    if (!window.IntersectionObserver) return wakeAll();
    const come = (entries) => entries.forEach((entry) => entry.isIntersecting && wake(entry.target));
    const near = new IntersectionObserver(come, { rootMargin: "600px" });
    for (const island of asleep.keys()) near.observe(island);
    addEventListener("sx-wake", wakeAll); // as tests and measurements ask
  }

  /** Wake every widget, near or far. */
  function wakeAll() {
    for (const island of asleep.keys()) wake(island);
  }

  document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", start) : start();

  return {
    define(name, rules, make) {
      waiting[name]?.resolve(load("library").then((library) => ({ rules, ...make(library) })));
    },
    hold: (name, value) => waiting[name]?.resolve(value), // nobody waits yet in a page that was saved
    load,
    /** Wake a new island, as a cell that ran has made it; its model. */
    live: (island, id) => (asleep.set(island, id), wake(island)),
  };
})();
