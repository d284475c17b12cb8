// What opens under "Share": the address of the widget's own page in its present state, the code of a
// frame, and a line of Python. Comes when somebody asks (sharing.js has the button).
{
  const folder = new URL("../../widgets/", document.currentScript.src);
  const STYLE = `
.sx-share > div { flex: 1 1 100%; margin-top: 0.4rem; padding: 0.6rem; border: 1px solid var(--pst-color-border); border-radius: 4px; }
.sx-share > [hidden] { display: none; }
.sx-share label { display: block; margin: 0; }
.sx-share .sx-given { display: flex; gap: 0.5rem; margin-bottom: 0.5rem; }
.sx-share input { flex: 1 1 auto; min-width: 0; min-height: 28px; padding: 0 0.4rem; border: 1px solid var(--pst-color-text-muted); border-radius: 4px; background: var(--pst-color-background); color: var(--pst-color-text-base); font: 0.8rem monospace; }
.sx-share p { margin: 0; min-height: 1.5em; }`;
  let count = 0;

  const make = (tag, properties, ...children) => {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  };

  /** Where the widgets' pages are for others: a folder or a preview on this machine is nowhere. */
  function home() {
    const own = location.protocol === "file:" || /^(localhost|127\.|\[::1)/.test(location.host);
    const published = own && document.querySelector("link[rel=canonical]")?.href;
    return published ? new URL(`${document.documentElement.dataset.content_root ?? ""}widgets/`, published) : folder;
  }

  const python = (value) => {
    if (typeof value === "boolean") return value ? "True" : "False";
    return Array.isArray(value) ? `[${value.map(python).join(", ")}]` : JSON.stringify(value);
  };

  /** The widget as it stands, in Python. What the cell hands over without a name is data. */
  function line(island, model, traits) {
    const kind = island.dataset.widget.replace(/(?:^|_)(\w)/g, (_, letter) => letter.toUpperCase());
    const cell = island.closest(".cell")?.querySelector(".cell_input pre")?.textContent ?? "";
    const data = cell.match(new RegExp(`^${kind}\\((.*)\\)$`, "m"))?.[1].match(/^[^=]*?(?=$|, *\w+ *=[^=])/)?.[0] ?? "";
    const given = traits.filter((key) => !(data && Array.isArray(model.get(key))));
    const settings = given.map((key) => `${key}=${python(model.get(key))}`);
    return { data, text: `from softmax_book.widgets import ${kind}; ${kind}(${[data, ...settings].filter(Boolean).join(", ")})` };
  }

  softmaxIslands.hold("share", ({ island, model, traits, changed }, toggle) => {
    if (!count) document.head.append(make("style", { textContent: STYLE }));
    const name = island.dataset.widget;
    const title = name.replaceAll("_", " ");
    const said = make("p", { role: "status" });

    const row = (label, what) => {
      const input = make("input", { id: `sx-share-${(count += 1)}`, readOnly: true, onfocus: () => input.select() });
      const copy = make("button", { type: "button", textContent: "Copy", ariaLabel: `Copy ${what}` });
      copy.onclick = async () => {
        input.select();
        try {
          await navigator.clipboard.writeText(input.value);
        } catch {
          document.execCommand("copy"); // where a page may not ask: an old browser, a frame
        }
        said.textContent = `Copied ${what}.`;
      };
      const node = make("div", {}, make("label", { htmlFor: input.id, textContent: label }), make("div", { className: "sx-given" }, input, copy));
      return { node, input };
    };
    const data = line(island, model, traits).data;
    const address = row("Address of the widget as it stands", "the address");
    const frame = row("Frame for another page", "the frame");
    const code = row(data ? "Python, after this chapter's cells" : "Python, in a notebook", "the line of Python");
    const panel = make("div", { hidden: true }, address.node, frame.node, code.node, said);

    const fill = () => {
      const state = changed();
      const page = new URL(`${name}.html${state && `#${name}:${state}`}`, home()).href;
      const high = Math.ceil(island.querySelector(".sx-widget").offsetHeight + 90);
      address.input.value = page;
      frame.input.value = `<iframe src="${page.replaceAll("&", "&amp;")}" title="${title}" width="100%" height="${high}" style="border: 0" loading="lazy"></iframe>`;
      code.input.value = line(island, model, traits).text;
      said.textContent = "";
    };
    const open = (yes) => {
      panel.hidden = !yes;
      toggle.ariaExpanded = String(yes);
      if (yes) fill();
    };
    toggle.onclick = () => open(panel.hidden);
    panel.onkeydown = ({ key }) => {
      if (key !== "Escape") return;
      open(false);
      toggle.focus();
    };
    model.on("change", () => panel.hidden || fill());
    toggle.after(panel);
    open(true);
  });
}
