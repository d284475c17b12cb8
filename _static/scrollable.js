// A formula or a table wider than the page scrolls: let it be scrolled by keyboard as well. The
// theme does the same for code.
(() => {
  const update = () => {
    const wide = ".bd-article :is(div.math, .pst-scrollable-table-container)";
    for (const part of document.querySelectorAll(wide)) {
      if (part.scrollWidth > part.clientWidth) part.tabIndex = 0;
      else part.removeAttribute("tabindex");
    }
  };
  addEventListener("load", update); // with the fonts
  addEventListener("resize", update);
})();
