// The race of four output/cost pairs on digits. Nothing is trained here: mean, least and largest
// accuracy of the seeds come with the page; the reader orders the runners, then runs the epochs.

import { axes, dashKey, fixed, html, line, responsive, rule, svg, write } from "./static/plot.mjs";
import { button, choice, liveRegion, put, still, traitSlider } from "./static/controls.mjs";

const LEVEL = 0.9;
const NAMES = {
  "softmax+nll": "softmax + log-likelihood",
  "sigmoid+cross-entropy": "sigmoids + cross-entropy",
  "softmax+quadratic": "softmax + quadratic",
  "sigmoid+quadratic": "sigmoids + quadratic",
};

/** The first epoch at which a curve is at 90 % or more, or null */
export const finish = (curve) => {
  const epoch = curve.findIndex((value) => value >= LEVEL);
  return epoch < 0 ? null : epoch;
};

/** Negative where curve p beats curve q: earlier at 90 %; if neither gets there, higher at the end */
export function compare(p, q) {
  const [f, g] = [finish(p), finish(q)];
  if (f === null && g === null) return q.at(-1) - p.at(-1);
  return (f ?? Infinity) - (g ?? Infinity);
}

/** Of the 6 pairs of runners, how many did the guess put in an order that the race does not contradict? */
export function wellOrdered(guess, curves) {
  let right = 0;
  guess.forEach((p, i) => guess.slice(i + 1).forEach((q) => (right += compare(curves[p], curves[q]) <= 0)));
  return right;
}

function render({ model, el }) {
  const race = () => model.get("races")[`${model.get("start")}/${model.get("rates")}`];
  const runners = Object.keys(NAMES);
  const means = () => Object.fromEntries(runners.map((p) => [p, race()[p].accuracy[0]]));
  const last = means()[runners[0]].length - 1;
  let guess = [];
  let open = model.get("epoch") > 0; // a link to the middle of a race asks for no guess
  let timer = null;

  const start = choice(model, "start", "Start", [["default", "default weights"], ["wrong", "output weights × 30"]]);
  const rates = choice(model, "rates", "Learning rate", [["common", "one for all"], ["own", "each pair's own best"]]);

  // The guess: a button for each runner, pressed in the order that the reader expects.
  const places = runners.map((pair, i) => {
    const place = html("b", {}, "");
    const node = button("", () => {
      if (guess.length < runners.length && !guess.includes(pair)) guess.push(pair);
      const rest = runners.filter((p) => !guess.includes(p));
      if (rest.length === 1) guess.push(rest[0]);
      show();
      live.say(rest.length > 1 ? `${NAMES[pair]} is ${guess.indexOf(pair) + 1} of ${runners.length}.`
        : `The order is complete: ${guess.map((p) => NAMES[p]).join(", ")}. Play starts the race.`);
    }, { "data-runner": pair });
    node.append(place, dashKey(i + 1), NAMES[pair]);
    return { pair, place, node };
  });
  const again = button("Order them again", () => {
    guess = [];
    show();
    places[0].node.focus(); // this button is disabled now
  });
  const skip = button("Skip the guess", () => {
    open = true;
    show();
    play.focus(); // this button is gone
  });
  const asked = html("p", {}, "Before the start: press the four in the order in which you expect them to reach 90\u00a0%.");
  const ordering = html("div", { class: "sx-predict" }, asked, html("div", { class: "sx-runners" }, ...places.map((p) => p.node)), html("p", { class: "sx-runners" }, again, skip));

  const picture = html("div", {});
  let plot;
  const draw = (width) => {
    const ax = axes({
      width, height: Math.min(290, 0.7 * width), x: [0, last], y: [0, 1], xlabel: "epoch", ylabel: "test accuracy",
      label: "Test accuracy against the epoch: the mean of five seeds as a line, worst to best as a band",
    });
    rule(ax, "y", LEVEL, "truth");
    const bands = runners.map((_, i) => {
      const node = svg("path", { class: `sx-band sx-s${i + 1}` });
      ax.area.append(node);
      return node;
    });
    plot = { ax, bands, lines: runners.map((_, i) => line(ax, i + 1)), now: rule(ax, "x", 0) };
    show();
    return ax.node;
  };

  const lanes = runners.map((pair, i) => {
    const bar = html("span", { class: `sx-s${i + 1}` });
    const value = html("span", { class: "sx-value", "data-accuracy": pair });
    const rate = html("span", { class: "sx-note" });
    const name = html("span", {}, dashKey(i + 1), NAMES[pair], " ", rate);
    return { pair, bar, value, rate, node: html("div", { class: "sx-lane" }, name, html("div", { class: "sx-track" }, bar), value) };
  });

  const play = button("Play", () => (timer ? pause() : run()));
  const epoch = traitSlider(model, "epoch", { label: "epoch", min: 0, max: last, step: 1, format: (v) => fixed(v, 0) });
  const controls = html("div", { class: "sx-race-controls" }, play, epoch.node);
  const verdict = html("p", { class: "sx-answer", role: "status", "data-verdict": "" });
  const live = liveRegion();

  function pause() {
    clearInterval(timer);
    timer = null;
    play.textContent = "Play";
  }
  function run() {
    if (model.get("epoch") >= last) put(model, "epoch", 0);
    if (still()) return put(model, "epoch", last);
    play.textContent = "Pause";
    timer = setInterval(() => {
      put(model, "epoch", Math.min(model.get("epoch") + 1, last)); // the slider may be at the end
      if (model.get("epoch") >= last) pause();
    }, 140);
  }

  function report() {
    const curves = means();
    const order = [...runners].sort((p, q) => compare(curves[p], curves[q]));
    const told = order.map((p) =>
      finish(curves[p]) === null ? `${NAMES[p]} never (ends at ${fixed(curves[p].at(-1), 2)})`
        : `${NAMES[p]} after ${finish(curves[p])} epochs`);
    const judged = guess.length === runners.length ? ` You had ${wellOrdered(guess, curves)} of the 6 pairs of runners in the right order.` : "";
    return `At 90 %: ${told.join(", ")}.${judged}`;
  }

  function show() {
    const now = model.get("epoch");
    const ready = open || guess.length === runners.length;
    places.forEach(({ pair, place, node }) => {
      const at = guess.indexOf(pair);
      write(place, at < 0 ? "" : `${at + 1}. `);
      node.setAttribute("aria-pressed", String(at >= 0));
      node.disabled = now > 0;
    });
    again.disabled = guess.length === 0 || now > 0;
    skip.style.display = ready ? "none" : "";
    ordering.style.display = now > 0 && guess.length === 0 ? "none" : "";
    controls.style.display = ready ? "" : "none";
    lanes.forEach(({ pair, bar, value, rate }) => {
      const accuracy = race()[pair].accuracy[0][now];
      bar.style.width = `${100 * accuracy}%`;
      write(value, fixed(accuracy, 3));
      write(rate, `(rate ${race()[pair].lr})`);
    });
    const epochs = Array.from({ length: now + 1 }, (_, i) => i);
    runners.forEach((pair, i) => {
      const [mean, least, most] = race()[pair].accuracy;
      plot.lines[i].update(epochs, mean.slice(0, now + 1));
      const at = (value, e) => `${plot.ax.sx(e).toFixed(1)} ${plot.ax.sy(value).toFixed(1)}`;
      const edge = [...epochs.map((e) => at(most[e], e)), ...[...epochs].reverse().map((e) => at(least[e], e))];
      plot.bands[i].setAttribute("d", `M${edge.join("L")}Z`);
    });
    plot.now.update(now);
    [start, rates, epoch].forEach((control) => control.sync());
    verdict.textContent = now === last ? report() : "";
    live.say(now === last ? "" : `Epoch ${now}: ${runners.map((p) => `${NAMES[p]} ${fixed(race()[p].accuracy[0][now], 2)}`).join(", ")}.`);
  }

  function anew() {
    pause();
    guess = [];
    put(model, "epoch", 0);
    show();
  }

  const stop = responsive(picture, draw);
  el.append(start.node, rates.node, ordering, controls, picture, html("div", {}, ...lanes.map((l) => l.node)), verdict, live.node);
  model.on("change:start change:rates", anew);
  model.on("change:epoch", show);
  return () => {
    pause();
    stop();
    model.off?.("change:start change:rates", anew);
    model.off?.("change:epoch", show);
  };
}

export default { render };
