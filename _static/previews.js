// Previews of links weigh more than most figures: they are fetched when a reader first rests on a
// link, by mouse or keyboard. A finger does not rest: it follows the link, or scrolls.
(() => {
  let waiting;
  const fetchScript = (src) =>
    new Promise((resolve, reject) => {
      const script = document.createElement("script");
      Object.assign(script, { src, onload: () => resolve(script.remove()), onerror: reject });
      document.head.append(script);
    });

  async function start() {
    const scripts = document.querySelectorAll("script.preview");
    for (const { dataset } of scripts) await fetchScript(dataset.src);
    if (!scripts.length) return;
    window.onload(); // the last script leaves its work for the end of loading, which is past
    window.onload = null;
  }

  const linkOf = ({ target, pointerType }) =>
    pointerType === "touch" ? null : target.closest?.("article.bd-article a[href]");

  function rest(event) {
    const { type } = event;
    const link = linkOf(event);
    if (!link || (type === "focusin" && !link.matches(":focus-visible"))) return;
    removeEventListener("pointerover", rest);
    removeEventListener("focusin", rest);
    waiting = { link, type };
    for (const event of ["pointerover", "focusin"]) addEventListener(event, follow);
    start().then(show);
  }

  /** While the scripts come, the reader may move on. */
  function follow(event) {
    waiting = { link: linkOf(event), type: event.type };
  }

  function show() {
    for (const event of ["pointerover", "focusin"]) removeEventListener(event, follow);
    const { link, type } = waiting;
    link?.dispatchEvent(type === "focusin" ? new FocusEvent("focus") : new MouseEvent("mouseenter"));
  }

  addEventListener("keydown", ({ key }) => key === "Escape" && window.tippy?.hideAll());
  addEventListener("load", () => {
    addEventListener("pointerover", rest);
    addEventListener("focusin", rest);
  });
})();
