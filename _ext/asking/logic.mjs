// What is right, what was met and when it is due: no page, no clock, no storage of its own.

/** The number that somebody wrote: 2.5, 2,5, −3, 1e-3, 1/3, 40 %; NaN for anything else. */
export function readNumber(text) {
  const plain = text.trim().replace(/[−–]/g, "-").replace(/[\s\u00a0\u202f]/g, "").replace(/,/, ".");
  if (plain.endsWith("%")) return readNumber(plain.slice(0, -1)) / 100;
  const parts = plain.split("/");
  const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
  if (parts.length > 2 || !parts.every((part) => decimal.test(part))) return NaN;
  return parts.length === 2 ? Number(parts[0]) / Number(parts[1]) : Number(parts[0]);
}

const FUNCTIONS = { exp: Math.exp, log: Math.log, sqrt: Math.sqrt };
const TYPED = { "−": "-", "·": "*", "×": "*", "^": "**" };
const TOKEN = /\s*(?:(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)|([a-z_]\w*)|(\*\*|[-+*/()]))/iy;

/** What to write in place of a name that a formula does not know, where one can tell. */
function hint(name, point) {
  const known = { __proto__: null, e: "exp( )", ln: "log( )" }[name];
  if (known) return `; write ${known}`;
  return [...name].every((letter) => Object.hasOwn(point, letter)) ? `; write ${[...name].join("*")}` : "";
}

/**
 * The value of an expression: numbers, the point's names, + - * / ** ^, exp, log, sqrt.
 *
 * As softmax_book.questions.values.formula does, in the same order; infinite or undefined is NaN.
 * Throws where the text is no such expression, with words for whoever wrote it.
 */
export function evaluate(text, point) {
  const plain = text.replace(/[−·×^]/g, (sign) => TYPED[sign]).trim();
  const tokens = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < plain.length) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(plain);
    if (!found) throw new Error(`“${plain.slice(at).trim()[0]}” cannot stand in a formula`);
    const token = { number: found[1], name: found[2], sign: found[3], text: found[0].trim() };
    const before = tokens.at(-1);
    const ends = before && (before.sign === ")" || before.number || Object.hasOwn(point, before.name ?? ""));
    if (ends && (token.sign === "(" || !token.sign)) throw new Error(`write * between “${before.text}” and “${token.text}”`);
    tokens.push(token);
  }
  let next = 0;
  const take = (...signs) => signs.includes(tokens[next]?.sign) && tokens[next++].sign;
  const expect = (sign) => {
    if (!take(sign)) throw new Error(`“${sign}” is missing`);
  };

  function sum() {
    let value = product();
    for (let sign; (sign = take("+", "-")); ) value = sign === "+" ? value + product() : value - product();
    return value;
  }
  function product() {
    let value = signed();
    for (let sign; (sign = take("*", "/")); ) value = sign === "*" ? value * signed() : value / signed();
    return value;
  }
  function signed() {
    const sign = take("+", "-");
    if (!sign) return power();
    return sign === "-" ? -signed() : signed();
  }
  function power() {
    const base = atom();
    return take("**") ? base ** signed() : base; // 2**-1, and 2**3**2 from the right
  }
  function atom() {
    if (take("(")) {
      const value = sum();
      expect(")");
      return value;
    }
    const { number, name, sign } = tokens[next++] ?? {};
    if (number !== undefined) return Number(number);
    if (name === undefined) throw new Error(sign ? `“${sign}” stands in the wrong place` : "something is missing at the end");
    if (Object.hasOwn(FUNCTIONS, name)) {
      expect("(");
      const value = sum();
      expect(")");
      return FUNCTIONS[name](value);
    }
    if (!Object.hasOwn(point, name)) throw new Error(`“${name}” is not one of ${Object.keys(point).join(", ")}${hint(name, point)}`);
    return point[name];
  }

  const value = sum();
  if (next < tokens.length) throw new Error(`“${tokens[next].text}” stands in the wrong place`);
  return Number.isFinite(value) ? value : NaN;
}

/** Do two values agree to a millionth? NaN agrees with nothing. */
export const close = (one, other) =>
  Math.abs(one - other) <= 1e-6 * Math.max(Math.abs(one), Math.abs(other), 1e-300);

/** A value in few digits. */
export const shown = (value, digits = 4) => (Number.isNaN(value) ? "undefined" : String(Number(value.toPrecision(digits))));

/** Two values with as many digits as it takes to see that they differ. */
export function toldApart(one, other, digits = 4) {
  const both = [shown(one, digits), shown(other, digits)];
  return both[0] !== both[1] || digits > 16 ? both : toldApart(one, other, digits + 1);
}

/** Is a number what an option says, within the question's tolerance? */
export function accepts(asked, option, number) {
  const slack = asked.tolerance * (asked.relative ? Math.abs(option.value) : 1);
  return Math.abs(number - option.value) <= slack + 1e-9 * Math.abs(option.value);
}

const same = (asked, one, other) => asked.points.every((p) => close(evaluate(one, p), evaluate(other, p)));

/**
 * Judge an answer: {right, hits}, hits being the options that it is, by number.
 *
 * The answer is a list of the chosen options' numbers; of an order, all of them as they stand; of a
 * faulty line [its text]; of a number or a formula what was written. Throws where that is none.
 */
export function judge(kind, asked, answer) {
  const numbers = asked.options.map((_, i) => i);
  const right = numbers.filter((i) => asked.options[i].right);
  if (kind === "order") return { right: answer.every((place, i) => place === i), hits: [] };
  if (kind === "number" || kind === "formula") {
    const number = kind === "number" && readNumber(answer);
    if (Number.isNaN(number)) throw new Error("that is no number; write 2.5, 2,5, 1e-3, 1/3 or 40 %");
    const is = (i) => (kind === "number" ? accepts(asked, asked.options[i], number) : same(asked, answer, asked.options[i].text));
    const hit = [...right, ...numbers].find(is);
    return { right: right.includes(hit), hits: hit === undefined ? [] : [hit] };
  }
  const hits = kind === "faulty line" ? numbers.filter((i) => answer.includes(asked.options[i].text)) : answer;
  return { right: hits.length === right.length && right.every((i) => hits.includes(i)), hits };
}

/** The numbers 0 … n−1 shuffled. */
export function shuffled(n, random = Math.random) {
  const order = [...Array(n).keys()];
  for (let i = n - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** The numbers 0 … n−1 shuffled, and never as they were. */
export function disordered(n, random = Math.random) {
  for (;;) {
    const order = shuffled(n, random);
    if (n < 2 || order.some((x, i) => x !== i)) return order;
  }
}

// What is remembered: {question: [[seconds, 1 or 0], …]}, an entry for each time that it was asked
// and whether the first answer was right.

const SECOND = 1000;

/** The answers with one more. */
export function noted(answers, id, right, now) {
  return { ...answers, [id]: [...(answers[id] ?? []), [Math.floor(now / SECOND), right ? 1 : 0]] };
}

/** The answers of two memories, each once, in time. */
export function merged(one, other) {
  const all = {};
  for (const id of new Set([...Object.keys(one), ...Object.keys(other)])) {
    const entries = new Map([...(one[id] ?? []), ...(other[id] ?? [])].map((entry) => [String(entry), entry]));
    all[id] = [...entries.values()].sort((a, b) => a[0] - b[0]);
  }
  return all;
}

/** The answers in a text that was saved; throws where it is none. */
export function readAnswers(text) {
  const wrong = new Error("that is no file that this page saved");
  let found;
  try {
    found = JSON.parse(text);
  } catch {
    throw wrong;
  }
  const entry = (e) => Array.isArray(e) && e.length === 2 && Number.isSafeInteger(e[0]) && e[0] > 0 && e[0] < 1e10 && [0, 1].includes(e[1]);
  const answers = found?.answers;
  const fine =
    found?.version === 1 && answers && typeof answers === "object" &&
    Object.entries(answers).every(([id, list]) => /^[a-z0-9-]{1,80}$/.test(id) && Array.isArray(list) && list.length > 0 && list.every(entry));
  if (!fine) throw wrong;
  return merged(answers, {});
}

/** The text to save. */
export const writeAnswers = (answers) => `${JSON.stringify({ version: 1, answers })}\n`;

/** When a question is due, in milliseconds, by FSRS: a wrong first answer is "again", a right one "good". */
export function dueTime(entries, { createEmptyCard, fsrs, Rating }) {
  // In days, not in minutes: nobody reads a book every ten minutes. No chance, so tests can repeat it.
  const scheduler = fsrs({ enable_short_term: false, enable_fuzz: false });
  let card = createEmptyCard(new Date(entries[0][0] * SECOND));
  for (const [time, right] of entries)
    card = scheduler.next(card, new Date(time * SECOND), right ? Rating.Good : Rating.Again).card;
  return card.due.getTime();
}

/**
 * The questions to ask, in order: first what is due, in a random order, then what was never asked.
 *
 * index is {chapter: {questions}}; choice is "met", "all" or a list of chapters. With early, what is
 * not yet due follows, soonest first. Returns {due, fresh, later: [{id, chapter, due}], met}.
 */
export function deal(index, answers, choice, now, due, random = Math.random) {
  const chosen = Array.isArray(choice) ? choice : Object.keys(index);
  const found = { due: [], fresh: [], later: [], met: 0 };
  for (const chapter of chosen)
    for (const id of index[chapter]?.questions ?? []) {
      if (!answers[id]) {
        if (choice !== "met") found.fresh.push({ id, chapter });
        continue;
      }
      found.met += 1;
      const time = due(answers[id]);
      (time <= now ? found.due : found.later).push({ id, chapter, due: time });
    }
  const mixed = (list) => (list.length > 1 ? shuffled(list.length, random).map((i) => list[i]) : list);
  found.later.sort((a, b) => a.due - b.due);
  return { ...found, due: mixed(found.due), fresh: mixed(found.fresh) };
}

/** A time as a reader counts it from now: "now", "in 3 hours", "tomorrow", "in 5 days". */
export function fromNow(time, now) {
  const hours = (time - now) / 3_600_000;
  if (hours <= 0) return "now";
  if (hours < 1) return "within an hour";
  if (hours < 20) return `in ${Math.ceil(hours)} hours`;
  const days = Math.round(hours / 24);
  return days <= 1 ? "tomorrow" : `in ${days} days`;
}

/** What deal() found, in a line. */
export function summary({ due, fresh, later, met }, choice, now) {
  if (choice === "met" && !met)
    return "You have met no question yet: answer some below the sections of a chapter, or choose chapters here.";
  const next = due.length ? `, ${due.length} of them due` : met ? `, the next due ${fromNow(later[0].due, now)}` : "";
  return `${met} met${next}${choice === "met" ? "" : `; ${fresh.length} new`}.`;
}
