// A page whose cells run: loaded when its button is pressed. Python lives in worker.mjs, which is ended
// and begun again to stop a cell; here are the cells, their editors, what they show, and what is said.
import { listed, render } from "./outputs.mjs";

const NAMES = {
  interpreter: "Python",
  python: "Python’s library",
  library: "the rest of it",
  numpy: "NumPy",
  traits: "traitlets",
  softmax: "the book’s package",
  matplotlib: "matplotlib",
  scipy: "SciPy",
  sklearn: "scikit-learn",
  sympy: "SymPy",
};
const element = (name, { text, ...attributes } = {}, ...children) => {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};
const button = (text, action, label = text) => {
  const made = element("button", { text, type: "button", "aria-label": label });
  made.onclick = action;
  return made;
};
/** Hide a button; the one that takes its place gets the focus, if it had it. */
const give = (from, to) => {
  to.hidden = false;
  if (document.activeElement === from) to.focus({ preventScroll: true });
  from.hidden = true;
};
const mb = (size) => (size / 1e6).toFixed(1);

/** The reader's edits, where the browser keeps anything: {cell: text}. */
const edits = (name) => {
  const key = `softmax-live:${name}`;
  let known = {};
  try {
    known = JSON.parse(localStorage.getItem(key)) ?? {};
  } catch {}
  return {
    of: (cell) => known[cell],
    set(cell, text) {
      if (text === undefined) delete known[cell];
      else known[cell] = text;
      try {
        localStorage.setItem(key, JSON.stringify(known));
        return !localStorage.refused; // what stands in for a refused one holds as long as the page
      } catch {
        return false; // full
      }
    },
  };
};

export async function start({ place, base, name }) {
  const json = async (path) => {
    const answer = await fetch(new URL(path, base));
    if (!answer.ok) throw new Error(`${path} could not be fetched (${answer.status})`);
    return answer.json();
  };
  const style = element("link", { rel: "stylesheet", href: new URL("live.css", base) });
  const styled = new Promise((loaded) => (style.onload = style.onerror = loaded));
  document.head.append(style);
  const [manifest, page, { edit }] = await Promise.all([
    json("manifest.json"),
    json(`cells/${name}.json`),
    import(new URL("editor.js", base)),
    styled,
  ]);
  // Kept, so that Python can be stopped and started again without a network.
  const source = await (await fetch(new URL("worker.mjs", base))).blob();
  const held = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const saved = edits(name);
  const boxes = [...document.querySelectorAll("div.cell")];
  const cells = page.cells.map((cell, index) => ({ ...cell, index, text: cell.source, ran: false }));
  for (const cell of cells) if (!cell.hidden) cell.box = boxes.shift();

  // What the page says, above the chapter.
  const said = element("p", { class: "sx-said", text: "" });
  const heard = element("p", { class: "sx-heard", role: "status" });
  const list = element("ul", { class: "sx-files" });
  const bars = {};
  const stopper = button("Stop", () => stop());
  const again = button("Run all cells", () => again.getAttribute("aria-disabled") === "true" || runCells(cells));
  let given; // the reader's texts that were just given up for the book's: {cell: text}
  const forget = button("Back to the book’s text", () => {
    const texts = given ?? Object.fromEntries(cells.filter(({ text, source }) => text !== source).map(({ index, text }) => [index, text]));
    const back = given !== undefined;
    for (const [index, text] of Object.entries(texts)) back ? cells[index].editor.set(text) : cells[index].reset();
    if (!back) say(`${Object.keys(texts).length === 1 ? "One cell has" : "All cells have"} the book’s text again. What Python knows stays as it is: “Run all cells” begins anew.`);
    given = back ? undefined : texts;
    show();
  });
  const licences = element("a", { href: new URL("licences.txt", base), text: "What runs here, and its licences" });
  const tip = element("p", {
    class: "sx-tip",
    id: "sx-tip",
    text: "Shift-Enter runs a cell. Tab indents; to leave an editor by keyboard, press Escape, then Tab.",
  });
  const pressed = place.contains(document.activeElement);
  place.replaceChildren(said, list, element("div", { class: "sx-bar" }, again, stopper, forget), tip, heard, element("p", { class: "sx-tip" }, licences));
  place.classList.add("sx-on");
  place.setAttribute("role", "group");
  place.setAttribute("aria-label", "Python on this page");
  const say = (text, aloud = text) => {
    said.textContent = text;
    heard.textContent = aloud;
  };

  let worker, state, running, waiting, moving, asked;
  const look = () => ({
    ratio: devicePixelRatio,
    dark: document.documentElement.dataset.theme === "dark",
    narrow: matchMedia("(max-width: 576px)").matches, // as the page chooses among its pictures
  });

  function begin() {
    state = "starting";
    running = undefined;
    moving = new Map();
    for (const cell of cells) cell.ran = false;
    worker = new Worker(navigator.onLine ? new URL("worker.mjs", base) : held, { type: "module" });
    worker.onmessage = ({ data }) => hear(data);
    worker.onerror = (event) => {
      event.preventDefault();
      broken({ broken: event.message ?? "its script could not be fetched", starting: state === "starting" });
    };
    const small = { ...manifest, made: undefined };
    worker.postMessage({ do: "start", base: base.href, manifest: small, packs: page.packs, look: look() });
    show();
  }

  function hear(message) {
    if (message.progress) progress(message);
    else if (message.ready) ready();
    else if (message.kind) cells[message.cell].take(message);
    else if (message.fetches) say(`This cell needs ${NAMES[message.fetches]}: fetching it, then the cell runs again …`);
    else if ("begins" in message) cells[message.begins].begin();
    else if ("done" in message) finish(message);
    else if ("moved" in message) nextMove(message.moved);
    else if (message.broken) broken(message);
  }

  function progress({ progress: pack, loaded, size, known }) {
    let bar = bars[pack];
    if (!bar) {
      const meter = element("progress", { max: size, value: 0, "aria-label": NAMES[pack] });
      const count = element("span");
      const row = element("li", {}, element("span", { text: NAMES[pack] }), meter, count);
      list.append(row);
      bar = bars[pack] = { meter, count, row };
    }
    bar.meter.value = loaded;
    bar.count.textContent = known ? "in your browser already" : `${mb(loaded)} of ${mb(size)} MB`;
    if (loaded >= size) bar.row.classList.add("sx-there");
  }

  function ready() {
    state = "ready";
    next();
    show();
  }

  /** Ask for cells; those that wait already are not asked for twice. */
  function runCells(wanted, alone = false) {
    if (state === "broken") begin();
    asked = alone ? wanted[0] : undefined;
    for (const cell of wanted) {
      if (waiting.includes(cell) || cell === running) continue;
      waiting.push(cell);
      cell.say("waits");
    }
    if (state === "ready" && !running) next();
    show();
  }

  function next() {
    const cell = waiting.shift();
    if (!cell) return show();
    running = cell;
    const whole = cell.text !== cell.source; // a changed cell may import anything that the page has
    const needs = whole ? page.packs.filter((pack) => !["interpreter", "python"].includes(pack)) : cell.needs;
    worker.postMessage({ do: "run", cell: cell.index, number: cell.index + 1, source: cell.text, needs, look: look() });
    show();
  }

  function finish({ done, ok, missing, seconds }) {
    const cell = cells[done];
    running = undefined;
    cell.ran = true;
    cell.finish(ok, seconds);
    if (!ok) {
      cell.explain(missing);
      for (const other of waiting.splice(0)) other.say("");
    }
    if (cell === asked) heard.textContent = cell.spoken();
    next();
    if (!running) say(ok ? "All done: change a cell and run it." : `Cell ${done + 1} stopped with an error.`, cell === asked ? heard.textContent : undefined);
  }

  function stop(reason = "Stopped.") {
    worker.terminate();
    const cell = running;
    for (const other of waiting.splice(0)) other.say("");
    if (cell) cell.finish(false, undefined, "stopped");
    begin();
    say(`${reason} Python starts anew: what was defined is lost, and “Run to here” at a cell brings it back.`);
  }

  /** Python itself has failed: out of memory, or its files did not come. */
  function broken({ broken: why, starting }) {
    worker.terminate();
    const cell = running;
    for (const other of waiting.splice(0)) other.say("");
    if (starting) {
      state = "broken";
      running = undefined;
      say(`Python could not be started: ${why}. “Run all cells” tries again.`);
      return show();
    }
    cell?.take({ kind: "error", text: `Python ended: ${why}\n` });
    cell?.finish(false, undefined, "stopped");
    begin();
    say("Python has ended, perhaps for want of memory, and starts anew: what was defined is lost.");
  }

  function showForget() {
    forget.textContent = given ? "Bring my changes back" : "Back to the book’s text";
    forget.setAttribute("aria-label", given ? forget.textContent : "All cells back to the book’s text");
    forget.hidden = !given && cells.every(({ text, source }) => text === source);
  }

  function show() {
    showForget();
    if (running) stopper.hidden = false;
    else give(stopper, again);
    again.setAttribute("aria-disabled", Boolean(running) || state === "starting");
    list.hidden = state === "ready" && Object.values(bars).every(({ row }) => row.classList.contains("sx-there"));
    if (state === "starting" && waiting.length) say("Python starts; then the cells run from the top.");
    if (running) said.textContent = `Cell ${running.index + 1} of ${cells.length} runs …`;
    for (const cell of cells) cell.show?.(cell === running);
  }

  /** A widget was moved: its Python twin follows, one move at a time, the last one counting. */
  function move(number, trait, value, cell) {
    const key = `${number} ${trait}`;
    const message = { do: "move", number, trait, value: JSON.stringify(value), cell: cell.index };
    if (moving.has(number)) return moving.get(number).set(key, message);
    moving.set(number, new Map());
    worker.postMessage(message);
  }

  function nextMove(number) {
    const kept = moving.get(number);
    const [first] = kept ?? [];
    if (!first) return moving.delete(number);
    kept.delete(first[0]);
    worker.postMessage(first[1]);
  }

  function equip(cell) {
    const input = cell.box?.querySelector(".cell_input");
    const code = input?.querySelector(".highlight");
    const printed = cell.box?.querySelector(".cell_output");
    const fresh = element("div", { class: "cell_output docutils container sx-near sx-fresh", hidden: "" });
    const label = `Cell ${cell.index + 1}`;
    let shown = [];
    cell.say = (text) => (status.textContent = text);
    const status = element("span", { class: "sx-state" });
    const runner = button("Run", () => runCells([cell], true), `Run cell ${cell.index + 1}`);
    const toHere = button("Run to here", () => runCells(cells.slice(0, cell.index + 1)), `Run all cells down to cell ${cell.index + 1}`);
    const halt = button("Stop", () => stop(), `Stop cell ${cell.index + 1}`);
    const back = button("Reset", () => reset(), `Reset cell ${cell.index + 1}`);
    const reset = () => {
      cell.reset();
      heard.textContent = `${label} has the book’s text again.`;
    };
    halt.hidden = true;
    const bar = element("div", { class: "sx-bar noprint" }, runner, halt, toHere, back, status);
    const place = cell.box ?? document.querySelector(".sx-live");
    if (code) {
      input.after(bar);
      const holder = element("div", { class: "sx-editor" });
      code.after(holder);
      code.hidden = true;
      const text = saved.of(cell.index) ?? cell.source;
      cell.text = text;
      cell.editor = edit({
        parent: holder,
        text,
        label: `${label}, Python`,
        describedBy: "sx-tip",
        run: () => runCells([cell], true),
        change(now) {
          cell.text = now;
          const changed = now !== cell.source;
          if (!saved.set(cell.index, changed ? now : undefined)) tip.textContent = "Your browser keeps nothing for this page: changes last until you leave it.";
          back.hidden = !changed && fresh.hidden;
          if (changed) given = undefined;
          showForget();
        },
      });
      if (cell.lacks) bar.after(element("p", { class: "sx-tip", text: "PyTorch, JAX and Keras do not run in a browser: what this cell needs of them is left out." }));
      if (text !== cell.source) cell.say("as you changed it");
      back.hidden = text === cell.source;
    } else if (cell.box) cell.box.append(bar);
    place.append(fresh);

    cell.show = (now) => {
      if (now) give(runner, halt);
      else give(halt, runner);
    };
    cell.begin = () => {
      shown = [];
      fresh.replaceChildren();
      cell.say("runs …");
    };
    cell.take = ({ kind, text }) => {
      if (kind === "clear") {
        shown = [];
        return fresh.replaceChildren();
      }
      const last = shown.at(-1);
      if (last?.kind === kind && kind !== "data" && kind !== "error") {
        last.text += text;
        last.node.append(text);
        return;
      }
      const output = { kind, text };
      shown.push(output);
      if (cell.silent && kind !== "error") return;
      const made = render(output, { printed, changed: cell.text !== cell.source, move: (...how) => move(...how, cell), base });
      output.node = made.text;
      fresh.append(made.node);
      if (!cell.hidden || kind === "error") fresh.hidden = false;
      printed?.classList.add("sx-old");
      printed?.toggleAttribute("inert", true);
    };
    cell.finish = (ok, seconds, word) => {
      const time = seconds >= 0.05 ? `, ${seconds.toFixed(1)} s` : "";
      const same = ok && cell.text === cell.source && !cell.lacks && cell.same();
      cell.say(word ?? (ok ? (same ? `as printed${time}` : `done${time}`) : `error${time}`));
      if (!shown.length) fresh.hidden = true;
      if (ok && same && cell.shown().every(([kind]) => /^(stdout|text)/.test(kind))) cell.old();
      cell.box?.dispatchEvent(new CustomEvent("sx-ran", { bubbles: true, detail: { ok, seconds } }));
      back.hidden = cell.text === cell.source && fresh.hidden;
    };
    /** What the cell shows, as the book's build lists it. */
    cell.shown = () => shown.map(listed);
    cell.same = () => JSON.stringify(cell.shown()) === JSON.stringify(cell.outputs);
    cell.spoken = () => {
      const words = cell.shown().map(([kind, text]) => (kind === "picture" ? "a figure" : text)).join("\n");
      return `${label}: ${words.slice(0, 400) || "done, with nothing to show"}`;
    };
    cell.old = () => {
      fresh.hidden = true;
      fresh.replaceChildren();
      printed?.classList.remove("sx-old");
      printed?.removeAttribute("inert");
    };
    cell.explain = (missing) => {
      const words = [];
      const lost = cells.slice(0, cell.index).some((other) => !other.ran);
      const [error] = shown.filter(({ kind }) => kind === "error");
      if (lost && /^(NameError|ImportError)/m.test(error?.text ?? "")) words.push("Cells above have not run in this Python: “Run to here” runs them first.");
      if (/^ModuleNotFoundError/m.test(error?.text ?? "")) words.push(`The page has no ${missing}: what runs here is Python with NumPy, SciPy, matplotlib, scikit-learn and SymPy.`);
      if (words.length) fresh.append(element("p", { class: "sx-tip", text: words.join(" ") }));
    };
    cell.reset = () => {
      give(back, cell === running ? halt : runner);
      cell.text = cell.source;
      cell.editor?.set(cell.source);
      saved.set(cell.index, undefined);
      shown = [];
      cell.old();
      cell.say("");
      back.hidden = true;
    };
    if (cell.box) cell.box.softmaxLive = cell; // for the tests
  }

  waiting = [];
  for (const cell of cells) equip(cell);
  begin();
  runCells(cells);
  if (pressed) again.focus({ preventScroll: true });
}
