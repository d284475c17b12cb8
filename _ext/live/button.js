// Where Python can run, the sentence above a chapter becomes a button; all else waits for its click.
"use strict";
(() => {
  const place = document.querySelector(".sx-live");
  if (!place) return;
  const [said] = place.children;
  const why =
    location.protocol === "file:"
      ? "The Python of this page runs in the browser when the page comes from a web server; from a folder nothing can be fetched."
      : !(window.WebAssembly && window.Worker && window.DecompressionStream && window.isSecureContext)
        ? "The Python of this page can run in a browser that has WebAssembly, over a secure connection."
        : "";
  const { mb, cells } = place.dataset;
  said.textContent = why || `Starts Python in your browser (${mb} MB, fetched once) and runs the cells below, which you can then change. All of it stays in your browser.`;
  if (why) return;
  const button = document.createElement("button");
  button.textContent = "Run this page";
  button.className = "noprint";
  button.style.cssText =
    "font:inherit;min-height:2.2rem;padding:.2rem .9rem;border:1px solid currentColor;border-radius:4px;background:none;color:var(--book-accent)";
  const base = new URL(".", document.currentScript.src);
  said.setAttribute("role", "status");
  // A button that is disabled would lose the focus.
  button.onclick = async () => {
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    try {
      const { start } = await import(new URL("page.mjs", base));
      await start({ place, base, name: cells });
      button.remove();
    } catch (error) {
      button.setAttribute("aria-disabled", "false");
      said.textContent = "Python could not be started; is there a network? Press again to try again.";
      console.error(error);
    }
  };
  said.before(button);
})();
