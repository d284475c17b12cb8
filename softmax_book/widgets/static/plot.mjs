// Drawing: HTML and SVG elements, a pair of axes, lines and points on them.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== null && value !== false) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** html("p", {class: "note"}, "text", child): attributes named on… become listeners */
export const html = (tag, attributes = {}, ...children) =>
  fill(document.createElement(tag), attributes, children);

export const svg = (tag, attributes = {}, ...children) =>
  fill(document.createElementNS(SVG, tag), attributes, children);

/** Change a node's text in place: where a text node comes or goes, the theme measures all of a page's code. */
export function write(node, text) {
  const [only, second] = node.childNodes;
  if (only?.data === undefined || second) node.textContent = text;
  else if (only.data !== text) only.data = text;
}

/** Lead a path another way; one that stays as it was is not painted anew. */
export function lead(node, d) {
  if (node.getAttribute("d") !== d) node.setAttribute("d", d);
}

/** A symbol with its index, as the book sets it: sub("z", 4) is an italic z with subscript 4 */
export const sub = (letter, index) =>
  html("span", { class: "sx-symbol" }, html("i", {}, letter), html("sub", {}, String(index)));

/** A number for people: fixed digits, a real minus sign, no minus before zero */
export function fixed(x, digits = 3) {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? "nan" : x > 0 ? "∞" : "−∞";
  const text = Math.abs(x).toFixed(digits);
  return x < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** A number in d significant digits, with a power of ten where it is very large or small */
export function significant(x, digits = 3) {
  if (x === 0 || !Number.isFinite(x)) return fixed(x, 0);
  const power = Math.floor(Math.log10(Math.abs(x)));
  if (power >= -3 && power < 6) return fixed(x, Math.max(0, digits - 1 - power));
  const [mantissa, exponent] = x.toExponential(digits - 1).split("e");
  const raised = exponent.replace("+", "").replace(/[-\d]/g, (c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] ?? "⁻");
  return `${mantissa.replace("-", "−")}×10${raised}`;
}

/** About n round numbers that cover lo to hi */
export function ticks(lo, hi, n = 5) {
  const rough = (hi - lo) / n;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((s) => s * power >= rough);
  const first = Math.ceil(lo / step - 1e-9);
  const count = Math.floor(hi / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

export const linspace = (lo, hi, n) =>
  Array.from({ length: n }, (_, i) => lo + ((hi - lo) * i) / (n - 1));

/** A height; where the window is a phone's, the lower one: with its slider it fits one screen. */
export const onPhone = (height, low) => (innerWidth < 480 ? Math.min(height, low) : height);

/**
 * A pair of axes in an SVG of its own.
 *
 * Takes {width, height, x: [lo, hi], y: [lo, hi], xlabel, ylabel, xticks, yticks, label, xformat,
 * yformat}; label is what a screen reader says of the picture. Returns {node, area, sx, sy, left,
 * right, top, bottom}: node to append, area to draw in (clipped), sx and sy from data to pixels.
 */
export function axes(options) {
  const { width, height, x, y, xlabel = "", ylabel = "", label = "" } = options;
  const [left, right, top, bottom] = [46, width - 10, 10, height - (xlabel ? 40 : 24)];
  const sx = (v) => left + ((v - x[0]) / (x[1] - x[0])) * (right - left);
  const sy = (v) => bottom - ((v - y[0]) / (y[1] - y[0])) * (bottom - top);
  const node = svg("svg", {
    class: "sx-axes", viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": label,
  });
  const clip = `sx-clip-${(axes.count = (axes.count ?? 0) + 1)}`;
  const frame = { x: left, y: top, width: right - left, height: bottom - top };
  node.append(svg("clipPath", { id: clip }, svg("rect", frame)));
  const name = (v) => String(v).replace("-", "−");
  for (const v of options.xticks ?? ticks(...x, width < 420 ? 4 : 7)) {
    node.append(svg("line", { class: "sx-grid", x1: sx(v), x2: sx(v), y1: top, y2: bottom }));
    node.append(svg("text", { class: "sx-tick", x: sx(v), y: bottom + 15, "text-anchor": "middle" }, (options.xformat ?? name)(v)));
  }
  for (const v of options.yticks ?? ticks(...y)) {
    node.append(svg("line", { class: "sx-grid", x1: left, x2: right, y1: sy(v), y2: sy(v) }));
    node.append(svg("text", { class: "sx-tick", x: left - 6, y: sy(v) + 4, "text-anchor": "end" }, (options.yformat ?? name)(v)));
  }
  if (xlabel) node.append(svg("text", { class: "sx-label", x: (left + right) / 2, y: height - 6, "text-anchor": "middle" }, xlabel));
  if (ylabel) {
    const middle = (top + bottom) / 2;
    node.append(svg("text", { class: "sx-label", x: 12, y: middle, "text-anchor": "middle", transform: `rotate(-90 12 ${middle})` }, ylabel));
  }
  const area = svg("g", { "clip-path": `url(#${clip})` });
  node.append(area);
  return { node, area, sx, sy, left, right, top, bottom };
}

const path = (ax, xs, ys) =>
  xs.map((x, i) => `${i ? "L" : "M"}${ax.sx(x).toFixed(2)} ${ax.sy(ys[i]).toFixed(2)}`).join("");

/** A line of series 1 to 6 (colour and dash follow the style sheet); its update(xs, ys) moves it. */
export function line(ax, series, xs = [], ys = []) {
  const node = svg("path", { class: `sx-line sx-s${series}`, d: path(ax, xs, ys) });
  ax.area.append(node);
  return { node, update: (xs, ys) => lead(node, path(ax, xs, ys)) };
}

/** A short piece of a series' line, for a key: its dashes tell it apart without its colour. */
export const dashKey = (series) =>
  svg("svg", { class: "sx-dash-key", width: 34, height: 10, "aria-hidden": "true" },
    svg("path", { class: `sx-line sx-s${series}`, d: "M1 5H33" }));

/** An entry of a key: a series and its name. */
export const swatch = (series, text) => html("span", { class: "sx-swatch" }, dashKey(series), text);

/** A marker; its update(x, y) moves it. */
export function point(ax, series, x = 0, y = 0) {
  const node = svg("circle", { class: `sx-point sx-s${series}`, r: 5, cx: ax.sx(x), cy: ax.sy(y) });
  ax.area.append(node);
  return {
    node,
    update(x, y) {
      node.setAttribute("cx", ax.sx(x));
      node.setAttribute("cy", ax.sy(y));
    },
  };
}

/** Text at a point of the axes, dx and dy pixels off; its update(x, y, text) moves it. */
export function label(ax, series, text, { dx = 0, dy = 0, anchor = "start" } = {}) {
  const node = svg("text", { class: `sx-name sx-s${series}`, "text-anchor": anchor }, text);
  ax.node.append(node);
  return {
    node,
    update(x, y, text) {
      node.setAttribute("x", ax.sx(x) + dx);
      node.setAttribute("y", ax.sy(y) + dy);
      if (text !== undefined) write(node, text);
    },
  };
}

/** Values moved apart until neighbours differ by gap, within lo to hi; the order stays. */
export function spread(values, gap, lo, hi) {
  const order = values.map((_, k) => k).sort((i, j) => values[i] - values[j]);
  const out = [...values];
  let least = lo;
  for (const k of order) least = (out[k] = Math.max(out[k], least)) + gap;
  let most = hi;
  for (const k of order.reverse()) most = (out[k] = Math.min(out[k], most)) - gap;
  return out;
}

/**
 * Let a pointer drag across the axes: set(x) gets the data's x, within the axes.
 *
 * A finger may have come to scroll the page, so it sets nothing before it moves sideways or lifts.
 */
export function dragX(ax, [lo, hi], set) {
  const at = (event) => {
    const box = ax.node.getBoundingClientRect();
    const pixel = (event.clientX - box.left) * (ax.node.viewBox.baseVal.width / box.width);
    set(Math.min(hi, Math.max(lo, lo + ((pixel - ax.left) / (ax.right - ax.left)) * (hi - lo))));
  };
  let waiting = null; // where a finger came down that has not yet moved sideways
  ax.node.classList.add("sx-drag");
  ax.node.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    ax.node.setPointerCapture(event.pointerId);
    waiting = event.pointerType === "touch" ? event.clientX : null;
    if (waiting === null) at(event);
  });
  ax.node.addEventListener("pointermove", (event) => {
    if (!ax.node.hasPointerCapture(event.pointerId)) return;
    if (waiting !== null && Math.abs(event.clientX - waiting) < 8) return;
    waiting = null;
    at(event);
  });
  ax.node.addEventListener("pointerup", (event) => {
    if (waiting !== null) at(event); // a tap
    waiting = null;
  });
  ax.node.addEventListener("pointercancel", () => (waiting = null));
}

/** A vertical ("x") or horizontal ("y") rule across the axes; its update(v) moves it. */
export function rule(ax, direction, v, kind = "cursor") {
  const node = svg("line", { class: `sx-rule sx-${kind}` });
  ax.area.append(node);
  const update = (v) => {
    const at = direction === "x"
      ? { x1: ax.sx(v), x2: ax.sx(v), y1: ax.top, y2: ax.bottom }
      : { x1: ax.left, x2: ax.right, y1: ax.sy(v), y2: ax.sy(v) };
    for (const key in at) node.setAttribute(key, at[key]);
  };
  update(v);
  return { node, update };
}

/**
 * Draw again whenever the room for it changes: draw(width) is called once at the start and at each
 * change of width; it returns the node to show. Heights stay the widget's own business.
 */
export function responsive(holder, draw, { least = 260, most = 720 } = {}) {
  let shown = 0;
  const fit = () => {
    const width = Math.round(Math.min(most, Math.max(least, holder.clientWidth || most)));
    if (width === shown) return;
    shown = width;
    holder.replaceChildren(draw(width));
  };
  fit();
  if (typeof ResizeObserver === "undefined") return () => {};
  const observer = new ResizeObserver(fit);
  observer.observe(holder);
  return () => observer.disconnect();
}
