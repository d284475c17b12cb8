// What is wider than the page scrolls: formulas, tables and code, by keyboard as well, and all of them
// fade out on the right while more follows there.
(() => {
  const wide = ".bd-article :is(div.math, .pst-scrollable-table-container, div.highlight pre)";
  const mark = (part) => {
    const left = part.scrollWidth - part.clientWidth - part.scrollLeft;
    part.classList.toggle("more-right", left > 4);
  };
  const measure = (part) => {
    mark(part);
    if (part.scrollWidth > part.clientWidth) part.tabIndex = 0;
    else part.removeAttribute("tabindex");
  };
  const all = () => document.querySelectorAll(wide).forEach(measure);
  addEventListener("load", () => {
    all(); // with the fonts
    const sizes = new ResizeObserver((entries) => entries.forEach(({ target }) => measure(target)));
    for (const part of document.querySelectorAll(wide)) sizes.observe(part); // and once it unfolds
  });
  const scrolled = ({ target }) => target.matches?.(wide) && mark(target);
  document.addEventListener("scroll", scrolled, { capture: true, passive: true });
})();
