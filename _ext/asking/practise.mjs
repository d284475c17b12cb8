// The page that deals the questions again, spaced by FSRS.

import { deal, dueTime, fromNow, summary } from "./logic.mjs";
import { ask, make, reader } from "./ask.mjs";

/** Put the page's controls into its place: {place, index, load, scheduler, root, store}. */
export function practise({ place, index, load, scheduler, root, store }) {
  const state = make("p", { class: "ask-state", role: "status" });
  const table = make("div", { class: "ask-table" });
  const start = make("button", { type: "button", class: "ask-button ask-check", onclick: begin }, "Ask me");
  const chapters = Object.entries(index).map(([chapter, { title, questions }]) => {
    const box = make("input", { type: "checkbox", value: chapter });
    return make("label", { class: "ask-option" }, box, make("span", {}, `${title} (${questions.length})`));
  });
  const options = [
    ["met", "what I have met, on the pages or here"],
    ["all", "everything, mixed"],
    ["some", "these chapters:"],
  ].map(([value, words]) => {
    const input = make("input", { type: "radio", name: "ask-choice", value });
    return make("label", { class: "ask-option" }, input, make("span", {}, words));
  });
  const list = make("div", { class: "ask-chapters", role: "group", "aria-label": "Chapters", hidden: true }, ...chapters);
  const form = make("fieldset", { class: "ask-choice" }, make("legend", {}, "Ask me about"), ...options, list);
  let queue = [];

  function choice() {
    const { value } = form.querySelector("[name=ask-choice]:checked");
    return value === "some" ? [...list.querySelectorAll("input:checked")].map((box) => box.value) : value;
  }
  const dealt = () => deal(index, store.answers(), choice(), Date.now(), (entries) => dueTime(entries, scheduler));

  function count() {
    list.hidden = !Array.isArray(choice());
    const found = dealt();
    state.textContent = summary(found, choice(), Date.now());
    const waiting = found.due.length || found.fresh.length;
    start.textContent = waiting ? "Ask me" : "Ask me anyway";
    start.disabled = !waiting && !found.later.length;
  }

  function begin() {
    const { due, fresh, later } = dealt();
    queue = due.length + fresh.length ? [...due, ...fresh] : later;
    next();
  }

  async function next() {
    const one = queue.shift();
    if (!one) return finish();
    let data;
    try {
      data = await load(one.chapter);
    } catch (error) {
      table.replaceChildren(make("p", {}, `${error.message}. Is the book's folder whole, or the network away?`));
      return;
    }
    const question = data.questions[one.id];
    const text = reader(data.formulas, root);
    const more = make("button", { type: "button", class: "ask-button ask-next", onclick: next, hidden: true }, "Next question");
    const times = store.answers()[one.id]?.length ?? 0;
    const asked = ask({
      question, text, first: times, name: `A question on ${data.title}`,
      onFirst(right) {
        store.note(one.id, right);
        count();
      },
      onDone: () => (more.hidden = false),
    });
    const where = make("p", { class: "ask-where" }, `${data.title} · `);
    const section = make("a", { href: `${root}chapters/${one.chapter}.html#${question.section}` });
    section.innerHTML = text(data.sections[question.section]);
    where.append(section);
    table.replaceChildren(where, asked, more);
    asked.tabIndex = -1;
    asked.focus();
  }

  function finish() {
    const { later } = dealt();
    const words = later.length ? `That is all for now. The next is due ${fromNow(later[0].due, Date.now())}.` : "That is all.";
    const end = make("p", { tabindex: "-1" }, words);
    table.replaceChildren(end);
    end.focus();
    count();
  }

  // What is remembered: to a file, from a file, away.
  const told = make("p", { role: "status" });
  const file = make("input", { type: "file", accept: ".json,application/json", hidden: true, onchange: take });
  function save() {
    const link = make("a", { href: URL.createObjectURL(new Blob([store.text()], { type: "application/json" })), download: "softmax-questions.json" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    told.textContent = "Saved to softmax-questions.json.";
  }
  async function take() {
    const [chosen] = file.files;
    if (!chosen) return;
    try {
      store.take(await chosen.text());
      told.textContent = "Loaded, and joined with what was here.";
      count();
    } catch (error) {
      told.textContent = `Nothing was loaded: ${error.message}.`;
    }
    file.value = "";
  }
  const sure = make("span", { hidden: true }, "All of it? ");
  sure.append(
    make("button", { type: "button", class: "ask-button", onclick: wipe }, "Yes, forget all"),
    make("button", { type: "button", class: "ask-button", onclick: () => confirm(false) }, "No"),
  );
  const forget = make("button", { type: "button", class: "ask-button", onclick: () => confirm(true) }, "Forget");
  function confirm(open) {
    sure.hidden = !open;
    forget.hidden = open;
    (open ? sure.querySelector("button:last-child") : forget).focus();
  }
  function wipe() {
    store.wipe();
    confirm(false);
    told.textContent = "Forgotten.";
    count();
  }
  const keeps = store.keeps
    ? "This browser keeps, for this book alone and under the name softmax-book-questions, which questions you answered, when, and whether your first answer was right. Nothing is sent to anybody."
    : "This browser stores nothing here: it refuses to, as in a private window or in a frame, or its storage is full. You are asked all the same, but what you answer is forgotten when you leave this page.";
  const memory = make(
    "div", { class: "ask-memory" },
    make("h2", {}, "What is remembered"),
    make("p", {}, keeps),
    make("div", { class: "ask-buttons" },
      make("button", { type: "button", class: "ask-button", onclick: save }, "Save to a file"),
      make("button", { type: "button", class: "ask-button", onclick: () => file.click() }, "Load a file"),
      file, forget, sure),
    told,
  );

  place.replaceChildren(form, state, start, table, memory);
  form.onchange = count;
  const { met } = deal(index, store.answers(), "met", Date.now(), () => 0);
  options[met ? 0 : 1].querySelector("input").checked = true;
  count();
}
