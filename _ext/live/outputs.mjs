// What a cell shows, as elements: text, errors, tables, pictures, widgets.
const MIME = "application/vnd.softmax-src.widget+json";
const SAFE = new Set(
  ("A B BR CAPTION CODE COL COLGROUP DD DIV DL DT EM FIGCAPTION FIGURE H1 H2 H3 H4 H5 H6 HR I IMG LI OL P PICTURE PRE S SMALL SOURCE SPAN " +
    "STRONG SUB SUP TABLE TBODY TD TFOOT TH THEAD TR U UL").split(" "),
);
const ALLOWED = /^(class|scope|colspan|rowspan|title|alt|width|height|aria-[a-z]+|role|lang|dir|style|media|loading)$/;

const element = (name, className, text) => {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
};

function block(text, className) {
  const holder = element("div", `output ${className}`);
  const light = element("div", "highlight");
  const pre = element("pre", "", text);
  pre.tabIndex = 0; // long lines scroll
  light.append(pre);
  holder.append(light);
  return { node: holder, text: pre };
}

/** An error: what happened first, then where. */
function trouble(text) {
  const lines = text.trimEnd().split("\n");
  const at = lines.findLastIndex((line) => /^\w[\w.]*(Error|Exception|Interrupt|Warning|Exit|Iteration)?\b.*/.test(line) && !line.startsWith(" "));
  const node = element("div", "output sx-error");
  node.append(element("p", "", lines.slice(at).join("\n")));
  if (at > 0) {
    const more = element("details");
    more.open = lines.length < 14;
    const where = block(lines.slice(0, at).join("\n"), "stream");
    more.append(element("summary", "", "Where it happened"), where.node);
    node.append(more);
  }
  return { node, text: node };
}

/** HTML that a cell made, without what could fetch or run anything. */
function cleaned(html) {
  const given = new DOMParser().parseFromString(html, "text/html").body;
  for (const node of [...given.querySelectorAll("*")]) {
    if (!SAFE.has(node.tagName)) {
      node.replaceWith(...(["SCRIPT", "STYLE"].includes(node.tagName) ? [] : node.childNodes));
      continue;
    }
    for (const { name, value } of [...node.attributes]) {
      const local = ["src", "srcset", "href"].includes(name) && (value.startsWith("data:image/") || (name === "href" && /^(#|https?:)/.test(value)));
      if (!local && (!ALLOWED.test(name) || /url\(/i.test(value))) node.removeAttribute(name);
    }
  }
  const holder = element("div", "output text_html");
  holder.append(...given.childNodes);
  return holder;
}

/** The Markdown that chapters write: a table, a listing, or words. */
function marked(text) {
  const inline = (words) => {
    const parts = words.split(/(`[^`]+`|\*\*[^*]+\*\*|\$[^$]+\$|\[[^\]]+\]\([^)]+\))/);
    return parts.map((part) => {
      if (/^`/.test(part)) return element("code", "", part.slice(1, -1));
      if (/^\*\*/.test(part)) return element("strong", "", part.slice(2, -2));
      if (/^\$/.test(part)) return element("code", "", part.slice(1, -1)); // as it is written
      const link = /^\[([^\]]+)\]\(([^)]+)\)$/.exec(part);
      return link ? Object.assign(element("a", "", link[1]), { href: link[2] }) : part;
    });
  };
  const holder = element("div", "output text_markdown");
  const listing = /^```\w*\n([^]*?)```$/.exec(text.trim());
  const rows = text.trim().split("\n");
  if (listing) return block(listing[1], "stream").node;
  if (rows.length > 1 && rows.every((row) => row.startsWith("|"))) {
    const table = element("table", "table");
    rows.forEach((row, i) => {
      if (i === 1) return;
      const line = table.insertRow();
      for (const words of row.replace(/^\||\|\s*$/g, "").split("|")) {
        const field = element(i ? "td" : "th");
        field.append(...inline(words.trim()));
        line.append(field);
      }
    });
    holder.append(table);
  } else {
    for (const words of text.trim().split(/\n\n+/)) {
      const part = element("p");
      part.append(...inline(words.replace(/^#+ /, "")));
      holder.append(part);
    }
  }
  return holder;
}

/** A picture at the screen's resolution, with the words and the caption of the page's own. */
function picture(data, { printed, changed }) {
  const figure = element("figure", "align-default");
  const image = element("img");
  const own = printed?.querySelector("figure img, img");
  image.alt = changed || !own ? `A figure, as this cell draws it now: ${data["text/plain"]}` : own.alt;
  image.onload = () => (image.width = Math.round(image.naturalWidth / Math.min(3, Math.max(1, devicePixelRatio))));
  image.src = `data:image/png;base64,${data["image/png"]}`;
  const frame = element("picture", data.dark ? "sx-dark" : ""); // else it needs a light ground
  frame.append(image);
  figure.append(frame, ...caption(printed));
  return figure;
}

function caption(printed) {
  const own = printed?.querySelector("figcaption");
  if (!own) return [];
  const copy = own.cloneNode(true);
  for (const node of [copy, ...copy.querySelectorAll("[id]")]) node.removeAttribute("id");
  copy.querySelector(".headerlink")?.remove();
  return [copy];
}

/** The page's host of widgets; a page without one of its own fetches it. */
async function host(base) {
  if (typeof softmaxIslands === "undefined") {
    await new Promise((resolve, reject) => {
      const script = element("script");
      Object.assign(script, { src: new URL("../islands/host.js", base), onload: resolve, onerror: reject });
      document.head.append(script);
    });
  }
  return softmaxIslands;
}

/** A widget, alive as everywhere in the book; what is moved is told to its Python twin. */
function widget(data, { printed, move, base }) {
  const { widget: name, state, number } = data[MIME];
  const figure = element("figure", "align-default");
  const island = element("div", "softmax-island");
  island.dataset.widget = name;
  const held = element("script");
  held.type = "application/json";
  held.textContent = JSON.stringify({ widget: name, state });
  island.append(held);
  figure.append(island, ...caption(printed));
  host(base)
    .then((islands) => islands.live(island, `${name}-live-${number}`))
    .then((model) => {
      for (const trait of Object.keys(state)) model.on(`change:${trait}`, () => move(number, trait, model.get(trait)));
    })
    .catch(() => island.append(block(data["text/plain"], "text_plain").node)); // its numbers, then
  return figure;
}

/** What the book's build lists of an output: its kind and its text. */
export function listed({ kind, text }) {
  if (kind !== "data") return [kind, text];
  const data = JSON.parse(text);
  const drawn = { [MIME]: "widget", "image/png": "picture", "image/svg+xml": "picture" };
  const mime = [...Object.keys(drawn), "text/html", "text/markdown", "text/plain"].find((form) => form in data);
  return drawn[mime] ? [drawn[mime], data["text/plain"]] : [mime, data[mime]];
}

/** The element of an output, and where more of its text would go. */
export function render({ kind, text }, context) {
  if (kind === "stdout") return block(text, "stream");
  if (kind === "stderr") return block(text, "stream stderr sx-stderr");
  if (kind === "error") return trouble(text);
  const data = JSON.parse(text);
  if (data[MIME]) return { node: widget(data, context) };
  if (data["image/png"]) return { node: picture(data, context) };
  if (data["image/svg+xml"]) {
    const image = element("img");
    image.alt = data["text/plain"];
    image.src = `data:image/svg+xml,${encodeURIComponent(data["image/svg+xml"])}`;
    return { node: image };
  }
  if (data["text/html"]) return { node: cleaned(data["text/html"]) };
  if (data["text/markdown"]) return { node: marked(data["text/markdown"]) };
  return block(data["text/plain"], "text_plain");
}
