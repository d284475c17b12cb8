// Browsers fetch a lazy picture one or two screens before it would be seen.
// Here pictures come when they are near. Until then pages.css holds each beside its place, cut off,
// where the browser does not count it as close: it keeps its size, its words and its address.
// Without scripts, in print, or where this file is missing, the browser's own rule is left.
// No browser says that a page is about to be saved or captured whole: after a while all of them come.
(() => {
  if (!window.IntersectionObserver) return;
  document.documentElement.classList.add("sx-later");
  const AWHILE = 10_000; // milliseconds
  const showAll = () => {
    for (const output of document.querySelectorAll(".bd-article .cell_output")) output.classList.add("sx-near");
    for (const image of document.images) if (image.checkVisibility()) image.loading = "eager"; // of two themes one
  };
  if (!navigator.connection?.saveData) addEventListener("load", () => setTimeout(showAll, AWHILE));
  addEventListener("DOMContentLoaded", () => {
    const show = (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        // A widget that comes near wakes, mostly within a second, and then needs no picture.
        const wait = target.querySelector(".softmax-island") ? 1000 : 0;
        setTimeout(() => target.classList.add("sx-near"), wait);
        near.unobserve(target);
      }
    };
    const near = new IntersectionObserver(show, { rootMargin: "400px" });
    for (const output of document.querySelectorAll(".bd-article .cell_output")) near.observe(output);
  });
})();
