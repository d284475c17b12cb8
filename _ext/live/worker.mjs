// Python, beside the page: whatever a cell does, the page stays free, and ending this worker ends it.
let base, manifest, python, live;
const files = {}; // each pack once: a promise of its bytes
const installed = {}; // each pack once: a promise
const arrived = new Set();
const tell = (message) => postMessage(message);

/** The reader's cache, where the browser lends one; without it, a second visit fetches again. */
const kept = (async () => {
  try {
    return await caches.open("softmax-live");
  } catch {
    return null;
  }
})();

/** A file whose name says what is in it: from the cache, or fetched, checked and kept there. */
async function answered(address, sha256) {
  const cache = await kept;
  const known = await cache?.match(address).catch(() => undefined);
  if (known) return { answer: known, known: true };
  const digest = sha256.match(/../g).map((pair) => parseInt(pair, 16));
  const integrity = `sha256-${btoa(String.fromCharCode(...digest))}`;
  const answer = await fetch(address, { integrity }).catch(() => ({ status: "no answer, or a spoilt one" }));
  if (!answer.ok) throw new Error(`${address.pathname.split("/").pop()} could not be fetched (${answer.status})`);
  cache?.put(address, answer.clone()).catch(() => {}); // full, or refused: never mind
  return { answer };
}

/** One of Pyodide's scripts; out of the cache too, so that Python starts again without a network. */
async function script(name) {
  const address = scripts()[name];
  const { answer } = await answered(address, manifest.scripts[name]);
  const local = URL.createObjectURL(new Blob([await answer.text()], { type: "text/javascript" }));
  try {
    return await import(local);
  } catch {
    return import(address); // where a policy of the host refuses what has no address
  }
}

const scripts = () =>
  Object.fromEntries(Object.entries(manifest.scripts).map(([name, sum]) => [name, new URL(`${name}?v=${sum.slice(0, 12)}`, base)]));

/** A pack as a stream of its uncompressed bytes; what comes is counted for the page. */
async function stream(name) {
  const { file, size, sha256 } = manifest.packs[name];
  const { answer, known = false } = await answered(new URL(file, base), sha256);
  let loaded = 0;
  const count = new TransformStream({
    transform(chunk, controller) {
      loaded += chunk.length;
      tell({ progress: name, loaded, size, known });
      controller.enqueue(chunk);
    },
  });
  return answer.body.pipeThrough(count).pipeThrough(new DecompressionStream("gzip"));
}

const bytes = (name) => (files[name] ??= stream(name).then((found) => new Response(found).arrayBuffer()));

/** Write a pack's files where Python looks for modules. */
async function install(name) {
  const data = new Uint8Array(await bytes(name));
  const length = new DataView(data.buffer).getUint32(0, true);
  const listed = JSON.parse(new TextDecoder().decode(data.subarray(4, 4 + length)));
  const made = new Set();
  let at = 4 + length;
  for (const [path, size] of listed) {
    const target = `/lib/python3.14/site-packages/${path}`;
    const folder = target.slice(0, target.lastIndexOf("/"));
    if (!made.has(folder)) python.FS.mkdirTree(folder);
    made.add(folder);
    python.FS.writeFile(target, data.subarray(at, (at += size)));
  }
  python.runPython('import sys; sys.path_importer_cache.pop("/lib/python3.14/site-packages", None)');
  delete files[name];
  arrived.add(name);
}

const need = async (names) => {
  const all = names.flatMap((name) => [...(manifest.needs[name] ?? []), name]);
  await Promise.all(all.map((name) => (installed[name] ??= install(name))));
};

/** Forget packs of an earlier edition of the book. */
async function tidy() {
  const cache = await kept;
  const packs = Object.values(manifest.packs).map(({ file }) => new URL(file, base));
  const now = new Set([...packs, ...Object.values(scripts())].map(({ href }) => href));
  for (const { url } of (await cache?.keys()) ?? []) if (!now.has(url)) await cache.delete(url);
}

async function start(message) {
  ({ base, manifest } = message);
  for (const name of message.packs) if (name !== "interpreter") bytes(name).catch(() => {}); // beside each other
  const real = self.fetch.bind(self);
  // Pyodide asks for two files by name: they come out of packs.
  const given = {
    "pyodide.asm.wasm": async () => new Response(await stream("interpreter"), { headers: { "Content-Type": "application/wasm" } }),
    "python_stdlib.zip": async () => new Response(await bytes("python")),
  };
  self.fetch = (address, ...rest) => (given[String(address).split("/").pop()] ?? (() => real(address, ...rest)))();
  const [{ loadPyodide }, { default: createPyodideModule }] = await Promise.all(
    ["pyodide.js", "pyodide.asm.js"].map(script),
  );
  python = await loadPyodide({
    createPyodideModule,
    indexURL: base,
    lockFileContents: { info: manifest.info, packages: {} },
    packageBaseUrl: base,
    env: { HOME: "/home/reader", MPLBACKEND: "agg", PYTHONINSPECT: "" },
  });
  self.fetch = real;
  await need(["numpy", "traits", "softmax"]);
  try {
    live = python.pyimport("softmax_live");
  } catch (error) {
    if (!/ModuleNotFoundError/.test(error.message)) throw error;
    await need(["library"]);
    live = python.pyimport("softmax_live");
  }
  live.start((kind, text) => tell({ kind, text, cell: current }), python.toPy(message.look));
  tell({ ready: true });
  for (const name of message.packs) if (!["interpreter", "python"].includes(name)) need([name]).catch(() => {});
  tidy().catch(() => {});
}

let current;
async function run({ cell, number, source, needs, look }) {
  current = cell;
  await need(needs);
  tell({ begins: cell });
  const began = performance.now();
  const seen = python.toPy(look);
  let missing = live.run(number, source, seen);
  const pack = { mpmath: "sympy", mpl_toolkits: "matplotlib", joblib: "sklearn" }[missing] ?? missing;
  for (const more of [pack, "library"]) {
    if (!missing || missing === "!" || !manifest.packs[more] || arrived.has(more)) continue;
    tell({ kind: "clear", text: "", cell });
    tell({ fetches: more });
    await need([more]);
    missing = live.run(number, source, seen);
  }
  tell({ done: cell, ok: missing === "", missing, seconds: (performance.now() - began) / 1000 });
}

function move({ number, trait, value, cell }) {
  current = cell;
  tell({ moved: number, ok: live.move(number, trait, value) });
}

let queue = Promise.resolve();
onmessage = ({ data }) => {
  const act = { start, run, move }[data.do];
  queue = queue.then(() => act(data)).catch((error) => {
    const lines = String(error?.message ?? error).trim().split("\n"); // of a traceback, the last says what
    tell({ broken: lines.findLast((line) => /^[\w.]+(Error|Exception)\b/.test(line)) ?? lines.at(-1), starting: data.do === "start" });
  });
};
