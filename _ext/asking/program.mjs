// What the page's script gets: the two ways to ask, with one memory.

import { open } from "./ask.mjs";
import { practise } from "./practise.mjs";
import { openStore } from "./store.mjs";

/** root is the book's address. The scheduler's library is on the page that deals, and on no other. */
export function begin(root) {
  const store = openStore();
  return {
    open: (box, chapter, data, section) => open({ box, chapter, data, section, root, store }),
    practise: (place, index, load) => practise({ place, index, load, scheduler: globalThis.FSRS, root, store }),
  };
}
