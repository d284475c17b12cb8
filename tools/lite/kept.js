// A line above each notebook that says where work is kept, with a button that downloads it. JupyterLite
// loads it as an extension: a container of one module, which asks for one of Jupyter's own.
(() => {
  const KEPT =
    "What you write is kept in this browser, on this device, and nowhere else. " +
    "To hand it in or to keep it safe, download it.";
  const LOST =
    "This browser keeps nothing for this page: what you write is gone when you close it. " +
    "Download your work before you leave.";
  const STYLE = `
    .sx-kept { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 12px; overflow: auto;
      padding: 3px 12px; min-height: 30px; font: 13px/1.4 var(--jp-ui-font-family);
      color: var(--jp-ui-font-color1); background: var(--jp-layout-color2) }
    .sx-kept button { min-height: 24px; font: inherit; color: inherit; border-radius: 3px;
      border: 1px solid; padding: 0 8px; background: var(--jp-layout-color1); cursor: pointer }
    @media (max-width: 1000px) { .sx-kept { min-height: 52px } }
    @media (max-width: 560px) { .sx-kept { min-height: 92px } }`;
  let shared;
  performance.setResourceTimingBufferSize(2000);

  // Whether the browser lets the page keep anything; in private windows some do not.
  const keeps = () =>
    new Promise((resolve) => {
      try {
        const asked = indexedDB.open("softmax-kept");
        asked.onsuccess = () => (asked.result.close(), resolve(true));
        asked.onerror = () => resolve(false);
      } catch {
        resolve(false);
      }
    });

  // Where the book's own notebook lies; what was written is kept elsewhere.
  const book = ({ context }) => new URL(`../files/${context.path}`, location.href);
  const restore = async (app, panel) => {
    const { Dialog, showDialog } = await shared("@jupyterlab/apputils");
    const asked = await showDialog({
      title: "Back to the book’s copy?",
      body: "What you wrote in this notebook is lost, unless you download it first.",
      buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: "Back to the book’s copy" })],
    });
    if (!asked.button.accept) return;
    const content = await (await fetch(book(panel))).json();
    await app.serviceManager.contents.save(panel.context.path, { type: "notebook", format: "json", content });
    panel.context.model.dirty = false;
    location.reload(); // in place, JupyterLab would look for the cells that are gone
  };

  const said = new WeakSet();
  const say = async (app, panel) => {
    if (!panel?.contentHeader || said.has(panel)) return;
    said.add(panel);
    const { Widget } = await shared("@lumino/widgets");
    const node = document.createElement("div");
    node.className = "sx-kept";
    node.innerHTML = `<style>${STYLE}</style><span role="status"></span><button>Download</button><button>Back to the book’s copy</button>`;
    const [, text, button, back] = node.children;
    back.onclick = () => restore(app, panel);
    back.hidden = !(await fetch(book(panel), { method: "HEAD" }).catch(() => ({}))).ok; // the reader's own
    button.onclick = async () => {
      await panel.context.save();
      // Jupyter's own command would name the file with all its folders.
      const { path } = panel.context;
      const { content } = await app.serviceManager.contents.get(path, { content: true });
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([JSON.stringify(content, null, 1) + "\n"]));
      link.download = path.split("/").pop();
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    };
    panel.contentHeader.addWidget(new Widget({ node }));
    text.textContent = (await keeps()) ? KEPT : LOST;
  };

  // So that the next visit needs no network: the service worker keeps what passes it, and this page
  // was fetched before there was one.
  const keepPage = async () => {
    const worker = navigator.serviceWorker;
    if (!worker || (await caches.match(location.href))) return;
    await worker.ready;
    if (!worker.controller)
      await new Promise((done) => worker.addEventListener("controllerchange", done, { once: true }));
    const names = performance.getEntriesByType("resource").map((entry) => entry.name);
    for (const name of new Set([location.href, ...names]))
      if (name.startsWith(location.origin) && !name.includes("/api/drive")) await fetch(name);
    document.body.dataset.offline = "ready";
  };

  const activate = (app) => {
    keepPage().catch(() => {}); // no service worker, or no storage: then it needs the network
    const now = () => say(app, app.shell.currentWidget);
    app.shell.currentChanged?.connect(now);
    app.restored.then(now);
  };

  const plugin = { id: "softmax-kept:plugin", autoStart: true, activate };
  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB["softmax-kept"] = {
    init(scope) {
      shared = async (name) => (await Object.values(scope[name])[0].get())();
    },
    get: async () => () => ({ __esModule: true, default: plugin }),
  };
})();
