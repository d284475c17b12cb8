// A formula wider than the page scrolls: let it be scrolled by keyboard as well. The theme does the
// same for code.
(() => {
  const update = () => {
    for (const formula of document.querySelectorAll(".bd-article div.math")) {
      if (formula.scrollWidth > formula.clientWidth) formula.tabIndex = 0;
      else formula.removeAttribute("tabindex");
    }
  };
  addEventListener("load", update); // with the fonts
  addEventListener("resize", update);
})();
