// What the browser remembers: one entry of its local storage, and nothing anywhere else.

import { merged, noted, readAnswers, writeAnswers } from "./logic.mjs";

const NAME = "softmax-book-questions";

function read(storage) {
  try {
    return readAnswers(storage.getItem(NAME));
  } catch {
    return {}; // nothing yet, or not ours
  }
}

/** The memory: {answers(), keeps, note(id, right), take(text), text(), wipe()}. */
export function openStore(now = Date.now, find = () => localStorage) {
  let forgotten = {}; // what lasts as long as the page where nothing may be stored
  let storage = null;
  try {
    storage = find();
    forgotten = read(storage); // one that is full can still be read
    if (storage.refused) throw storage; // a stand-in (_templates/layout.html)
    storage.setItem(`${NAME}-try`, "1");
    storage.removeItem(`${NAME}-try`);
  } catch {
    storage = null; // a private window, a frame, or a reader's own choice
  }

  const answers = () => (storage ? read(storage) : forgotten);
  function keep(all) {
    forgotten = all;
    try {
      storage?.setItem(NAME, writeAnswers(all));
    } catch {
      storage = null; // it is full
    }
  }
  return {
    answers,
    get keeps() {
      return storage !== null;
    },
    note: (id, right) => keep(noted(answers(), id, right, now())), // read again: there may be two tabs
    take: (text) => keep(merged(answers(), readAnswers(text))),
    text: () => writeAnswers(answers()),
    wipe() {
      forgotten = {};
      storage?.removeItem(NAME);
    },
  };
}
