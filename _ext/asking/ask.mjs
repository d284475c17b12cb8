// One question, alive: what each kind is answered with, and what is said to the answer.

import { close, disordered, evaluate, judge, shown, shuffled, toldApart } from "./logic.mjs";

const SAID = {
  up: "↑ It goes up",
  down: "↓ It goes down",
  still: "= It stands still",
};
let count = 0;

/** An element: make("p", { class: "x", onclick }, child, "text"). */
export function make(tag, attributes = {}, ...children) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on") || typeof value === "boolean") el[name] = value;
    else el.setAttribute(name, value);
  }
  el.append(...children);
  return el;
}

/** An element with HTML of the book in it. */
export function rich(tag, attributes, html) {
  const el = make(tag, attributes);
  el.innerHTML = html;
  return el;
}

/** Put formulas and the book's address into a chapter's texts: formulas stand in them as ⟦3⟧. */
export function reader(formulas, root) {
  return (html) =>
    html.replace(/⟦(\d+)⟧/g, (_, i) => formulas[i]).replaceAll('href="@/', `href="${root}`);
}

/** Radio buttons or checkboxes; of a faulty line, each line is one. Choices stand in an order of chance,
    so that nobody learns a place; lines and directions in their own. */
function choices(kind, asked, id, text) {
  const type = kind === "choose all" ? "checkbox" : "radio";
  const lines = asked.listing;
  const labels = lines
    ? lines.map((line) => rich("code", {}, line || " "))
    : asked.options.map((o) => (kind === "direction" ? make("span", {}, SAID[o.text]) : rich("span", {}, text(o.text))));
  const inputs = labels.map((_, i) => make("input", { type, name: id, value: i, "aria-label": lines ? `line ${i + 1}: ${labels[i].textContent}` : "" }));
  if (!lines) inputs.forEach((input) => input.removeAttribute("aria-label"));
  const order = kind.startsWith("choose") ? shuffled(labels.length) : labels.keys();
  const rows = [...order].map((i) => make("label", { class: "ask-option" }, inputs[i], labels[i]));
  const group = { role: type === "radio" ? "radiogroup" : "group", "aria-labelledby": `${id}-stem` };
  const chosen = () => inputs.flatMap((input, i) => (input.checked ? [i] : []));
  return {
    node: make("div", { class: `ask-options${lines ? " ask-lines" : ""}`, ...group }, ...rows),
    answer() {
      if (!chosen().length) throw new Error(lines ? "choose a line first" : "choose an answer first");
      return lines ? chosen().map((i) => `line ${i + 1}`) : chosen();
    },
    show() {
      const right = asked.options.flatMap((o, i) => (o.right ? [lines ? Number(o.text.slice(5)) - 1 : i] : []));
      inputs.forEach((input, i) => (input.checked = right.includes(i)));
    },
  };
}

/** A line to write a number or a formula in. */
function field(kind, asked, id, text) {
  const input = make("input", {
    type: "text", id: `${id}-field`, autocomplete: "off", autocapitalize: "none", spellcheck: "false",
    "aria-describedby": `${id}-stem`,
  });
  const number = kind === "number";
  const label = make("label", { for: input.id }, number ? "Your number" : "In place of [ ? ]");
  const after = number
    ? rich("span", {}, [text(asked.unit), asked.slack && `<small>(± ${asked.slack})</small>`].filter(Boolean).join(" "))
    : make("small", {}, `with ${Object.keys(asked.points[0]).join(", ")}, + - * / ^ ( ), exp( ), log( ), sqrt( )`);
  return {
    node: make("div", { class: `ask-field${number ? "" : " ask-long"}` }, label, input, after),
    answer() {
      if (!input.value.trim()) throw new Error("write your answer first");
      return input.value;
    },
    show: () => (input.value = asked.options.find((o) => o.right).text),
  };
}

/** Things to put in order, each with a button up and one down. */
function ordering(asked, id, text, say) {
  let order = disordered(asked.options.length);
  const list = make("ol", { class: "ask-order", "aria-labelledby": `${id}-stem` });
  const items = asked.options.map((option, i) => {
    const label = rich("span", { class: "ask-thing", id: `${id}-thing-${i}` }, text(option.text));
    const button = (name, sign, step) =>
      make("button", { type: "button", id: `${id}-${name}-${i}`, "aria-label": name, "aria-describedby": label.id, onclick: () => move(i, step, name) }, sign);
    const up = button("Up", "↑", -1);
    const down = button("Down", "↓", 1);
    return { node: make("li", {}, make("span", { class: "ask-moves" }, up, down), label), up, down };
  });
  function place() {
    list.append(...order.map((i) => items[i].node));
    order.forEach((i, at) => {
      items[i].up.disabled = at === 0;
      items[i].down.disabled = at === order.length - 1;
    });
  }
  function move(i, step, name) {
    const at = order.indexOf(i);
    [order[at], order[at + step]] = [order[at + step], order[at]];
    place();
    const { up, down } = items[i];
    const wanted = name === "Up" ? up : down;
    (wanted.disabled ? (wanted === up ? down : up) : wanted).focus(); // moving takes the focus away
    list.dispatchEvent(new Event("input", { bubbles: true }));
    say(`now number ${at + step + 1} of ${order.length}`);
  }
  place();
  return {
    node: list,
    answer: () => order,
    show() {
      order = order.map((_, i) => i);
      place();
    },
  };
}

/** What is said to a wrong answer, as HTML: the reasons of what was chosen, else what can be seen. */
function wrong(kind, asked, answer, hits, text) {
  const reasons = hits.filter((i) => !asked.options[i].right && asked.options[i].reason).map((i) => text(asked.options[i].reason));
  if (kind === "choose all") {
    const chosen = hits.filter((i) => !asked.options[i].right).length;
    const missing = asked.options.filter((o, i) => o.right && !hits.includes(i)).length;
    const says = chosen ? `${chosen === 1 ? "One that you chose is" : `${chosen} that you chose are`} not right.` : "All that you chose are right.";
    const others = `${missing === 1 ? "one that you did not choose is" : `${missing} that you did not choose are`} right`;
    const more = missing ? `<p>${chosen ? `And ${others}` : `But ${others}, too`}.</p>` : "";
    return [`<p>${says}</p>`, ...reasons, more].join("");
  }
  if (reasons.length) return `<p>No.</p>${reasons.join("")}`;
  if (kind === "order") {
    const first = answer.findIndex((place, i) => place !== i);
    return `<p>Not yet: ${first ? `the first ${first === 1 ? "one is" : `${first} are`} right, and the next is not` : "the first is another one"}.</p>`;
  }
  if (kind === "formula") {
    const right = asked.options.find((o) => o.right).text;
    const point = asked.points.find((p) => !close(evaluate(answer, p), evaluate(right, p)));
    const [wanted, found] = toldApart(evaluate(right, point), evaluate(answer, point));
    const at = Object.entries(point).map(([name, value]) => `${name} = ${shown(value)}`).join(", ");
    return `<p>No: at ${at} it should be ${wanted}, and yours is ${found}.</p>`;
  }
  return kind === "number" ? "<p>No, and it is none of the usual slips either. Go through it once more.</p>" : "<p>No, that line does what it should.</p>";
}

/** Why each of the others is not right, to be opened. */
function others(kind, asked, text) {
  const name = (o) => (kind === "direction" ? SAID[o.text].slice(2) : kind === "formula" ? `<code>${o.text}</code>` : text(o.text));
  const items = asked.options.filter((o) => o.reason).map((o) => `<li><p>${name(o)}</p>${text(o.reason)}</li>`);
  return items.length ? `<details><summary>What about the other answers?</summary><ul>${items.join("")}</ul></details>` : "";
}

/**
 * A question, called by its name: first says which of its numbers come first.
 *
 * onFirst is told, once for each numbers, whether the first answer was right; onDone, when the right
 * answer is on the page.
 */
export function ask({ question, text, first = 0, onFirst = () => {}, onDone = () => {}, name }) {
  const { kind } = question;
  const id = `ask-${(count += 1)}`;
  const form = make("form");
  let which = first % question.asked.length;

  function start(focus) {
    const asked = question.asked[which];
    let told = false;
    const tell = (right) => {
      if (!told) onFirst(right);
      told = true;
    };
    const said = make("div", { class: "ask-said", role: "status" });
    const moved = make("span", { class: "ask-unseen", role: "status" });
    const input =
      kind === "order" ? ordering(asked, id, text, (words) => (moved.textContent = words))
      : kind === "number" || kind === "formula" ? field(kind, asked, id, text)
      : choices(kind, asked, id, text);
    const say = (html, state) => {
      said.className = `ask-said ask-${state}`;
      said.innerHTML = html;
    };
    const solved = (opening) => {
      const unit = text(asked.unit ?? "");
      const key = kind === "number" ? ` ${asked.options.find((o) => o.right).text} ${unit}` : "";
      const origin = question.source ? `<p>Source: ${text(question.source)}.</p>` : "";
      say(`<p><strong>${opening}${key}</strong></p>${text(asked.explanation)}${others(kind, asked, text)}${origin}`, "right");
      onDone();
    };
    const check = (event) => {
      event.preventDefault();
      try {
        const answer = input.answer();
        const { right, hits } = judge(kind, asked, answer);
        tell(right);
        if (right) solved("Right.");
        else say(wrong(kind, asked, answer, hits, text), "wrong");
      } catch (error) {
        say("", "none");
        said.append(make("p", {}, `${error.message[0].toUpperCase()}${error.message.slice(1)}.`));
      }
    };
    const reveal = () => {
      tell(false);
      input.show();
      solved(kind === "number" ? "The answer:" : "The right answer is shown above.");
    };
    const again = () => {
      which = (which + 1) % question.asked.length;
      start(true);
    };
    form.onsubmit = check;
    form.oninput = () => say("", "none");
    const buttons = [
      make("button", { class: "ask-button ask-check" }, "Check"),
      make("button", { type: "button", class: "ask-button", onclick: reveal }, "Show the answer"),
    ];
    if (question.asked.length > 1) buttons.push(make("button", { type: "button", class: "ask-button", onclick: again }, "Other numbers"));
    const stem = rich("div", { class: "ask-stem", id: `${id}-stem` }, text(asked.stem));
    if (kind === "choose all") stem.append(make("p", { class: "ask-kind" }, "Choose all that are right."));
    form.replaceChildren(stem, input.node, make("div", { class: "ask-buttons" }, ...buttons), said, moved);
    if (focus) form.querySelector("input, .ask-order button:enabled").focus();
  }

  start(false);
  return make("div", { class: "ask-question", role: "group", "aria-label": name, "data-kind": kind }, form);
}

/** Put the questions of a section into the box below it. */
export function open({ box, chapter, data, section, root, store }) {
  const text = reader(data.formulas, root);
  const here = Object.entries(data.questions).filter(([, question]) => question.section === section);
  const forms = here.map(([id, question], i) =>
    ask({ question, text, name: `Question ${i + 1} of ${here.length}`, onFirst: (right) => store.note(id, right) }),
  );
  const all = make("a", { href: `${root}questions/${chapter}.html` }, "All questions on this chapter");
  const again = make("a", { href: `${root}front/practise.html` }, "Practise");
  box.className = "ask-box";
  box.append(...forms, make("p", { class: "ask-where" }, all, " · ", again));
}
