// Small comforts of a page: print is light and unfolded, a link into a fold opens it, formulas and code
// are not translated, icons are not read out, buttons that copy say what, and when they have,
// those above the page say what is on, both keep the keyboard's focus, pictures come when the
// connection is back.
(() => {
  const root = document.documentElement;
  const folds = () => document.querySelectorAll(".bd-article details:not([open])");
  let theme, opened;
  addEventListener("beforeprint", () => {
    theme = root.dataset.theme;
    root.dataset.theme = "light";
    opened = [...folds()].filter((fold) => !fold.closest(".cell_input")); // code that hides stays hidden
    for (const fold of opened) fold.open = true;
  });
  addEventListener("afterprint", () => {
    root.dataset.theme = theme;
    for (const fold of opened) fold.open = false;
  });

  const reveal = () => {
    let part;
    try {
      part = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    } catch {} // a stray % in the address
    for (; part; part = part.parentElement) if (part.tagName === "DETAILS") part.open = true;
  };
  addEventListener("hashchange", reveal);
  // Pictures that did not come while there was no connection are asked for again.
  addEventListener("online", () => {
    for (const picture of document.images) if (picture.complete && !picture.naturalWidth) picture.src = picture.src;
  });
  // A page that was saved has what scripts had put into it: they put it there again.
  const put = ".copybtn, .ask-box, a.discuss, .sx-live > button, [data-tippy-root]";
  const clean = () => document.querySelectorAll(put).forEach((part) => part.remove());
  // The theme calls the contents sidebars, spells as Americans do, and gives its dialogs no names.
  const titles = {
    ".primary-toggle": "Contents of the book",
    ".secondary-toggle": "Contents of this page",
    ".theme-switch-button": "Colour mode",
  };
  const dialogs = { search: "Search", primary: titles[".primary-toggle"], secondary: titles[".secondary-toggle"] };
  const entitle = () => {
    for (const [buttons, title] of Object.entries(titles))
      for (const button of document.querySelectorAll(buttons)) button.title = button.dataset.bsTitle = title;
    for (const [part, title] of Object.entries(dialogs))
      for (const dialog of document.querySelectorAll(`dialog[id^=pst-${part}-]`)) dialog.ariaLabel = title;
  };
  for (const first of [clean, entitle]) // before all of them
    document.addEventListener("readystatechange", first, { once: true });
  addEventListener("DOMContentLoaded", () => {
    for (const part of document.querySelectorAll(".math, .katex, pre, code, .softmax-island")) part.translate = false;
    for (const icon of document.querySelectorAll("i[class*=fa-]")) icon.ariaHidden = "true"; // letters that no font but its own has
    const copied = Object.assign(document.createElement("p"), { role: "status" });
    copied.style.cssText = "position:fixed;left:-200vw";
    if (document.querySelector(".copybtn")) document.body.append(copied);
    document.querySelectorAll(".copybtn").forEach((button, at) => {
      const code = `Copy ${at + 1}: ${button.previousElementSibling.textContent.trim().split("\n")[0]}`;
      // What is copied is selected elsewhere, which takes the focus from the button.
      const name = () => {
        const done = button.matches(".success");
        button.ariaLabel = done ? button.dataset.tooltip.replace("!", "") : code; // or that it failed
        copied.textContent = done ? button.ariaLabel : "";
        if (done) button.focus({ preventScroll: true });
      };
      new MutationObserver(name).observe(button, { attributeFilter: ["class"] });
      name();
    });
    // The theme takes the focus from its buttons once they are pressed, so that a mouse leaves no
    // tooltip behind; with a key, readers would lose their place, and what opens the way back.
    for (const button of document.querySelectorAll("button[data-bs-toggle=tooltip]"))
      button.blur = () => button.matches(":focus-visible") || HTMLElement.prototype.blur.call(button);
    const switches = document.querySelectorAll(".theme-switch-button");
    const say = () => switches.forEach((button) => (button.ariaLabel = `Colour mode: ${root.dataset.mode}`));
    new MutationObserver(say).observe(root, { attributeFilter: ["data-mode"] });
    say();
    const contents = document.querySelector("#pst-primary-sidebar");
    const toggle = document.querySelector(".primary-toggle");
    if (toggle) {
      const unfold = () =>
        (toggle.ariaExpanded = contents.checkVisibility({ visibilityProperty: true }) && !contents.matches(".pst-sidebar-hidden"));
      new MutationObserver(unfold).observe(contents, { attributeFilter: ["class"] });
      addEventListener("resize", unfold);
      unfold();
    }
    // On a phone contents lie over the page: they give way to what is chosen in them on this page.
    for (const over of document.querySelectorAll("#pst-primary-sidebar-modal, #pst-secondary-sidebar-modal"))
      over.addEventListener("click", (event) => {
        const link = event.target.closest('a[href^="#"]');
        if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        // After the theme's own listener, which takes the focus back to the button.
        over.addEventListener("close", () => (location.href = link.href), { once: true });
        over.close();
      });
    reveal();
  });
})();
