// Starts the deck, fits each piece to its place, and keeps widgets and slides from fighting for keys.
"use strict";
(() => {
  const root = document.documentElement;
  const turnTheme = () => { root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark"; };

  // As large as its place allows. A widget is laid out anew at each size, in two columns where they
  // let it be larger; an equation is not.
  const MOST = { widget: 1.8, equation: 2, text: 1.4 };
  const fits = (piece, content) => {
    const place = piece.getBoundingClientRect();
    const box = content.getBoundingClientRect();
    if (box.height > place.height + 1 || box.width > place.width + 1) return false;
    return piece.dataset.kind === "equation" || content.scrollWidth <= content.clientWidth + 1;
  };
  function fit(piece, most = MOST[piece.dataset.kind]) {
    const content = piece.firstElementChild;
    if (!most || !piece.clientHeight) return;
    for (let zoom = most; zoom >= 0.5; zoom -= 0.05) {
      content.style.zoom = zoom;
      content.style.width = piece.dataset.kind === "equation" ? "max-content" : `${piece.clientWidth / zoom}px`;
      for (const columns of piece.dataset.kind === "widget" ? [2, 1] : [1]) {
        content.style.setProperty("--columns", columns);
        if (fits(piece, content)) return;
      }
    }
  }
  const fitSlide = (slide) => slide.querySelectorAll(".piece").forEach((piece) => fit(piece));

  // A widget comes alive late, and grows when it shows its answer.
  for (const piece of document.querySelectorAll(".piece[data-kind=widget]")) {
    const island = piece.firstElementChild;
    new MutationObserver(() => fit(piece)).observe(island, { attributeFilter: ["class"] });
    new ResizeObserver(() => fits(piece, island) || fit(piece, +island.style.zoom || 1)).observe(island);
    // Arrows belong to what has the focus. The keys of a presenter's remote turn slides, and Escape
    // gives the keyboard back to the deck.
    island.addEventListener("keydown", (event) => {
      if (["PageUp", "PageDown", "Escape"].includes(event.key)) {
        document.activeElement.blur();
        if (event.key === "Escape") event.stopPropagation();
      } else event.stopPropagation();
    });
  }

  Reveal.initialize({
    width: 1280, height: 720, margin: 0, center: false, hash: true, slideNumber: "c/t",
    transition: "none", backgroundTransition: "none", pdfSeparateFragments: false, scrollActivationWidth: null,
    showNotes: new URLSearchParams(location.search).has("notes") && "separate-page",
    keyboard: { 84: turnTheme }, // T
    plugins: [RevealNotes],
  }).then(() => fitSlide(Reveal.getCurrentSlide()));
  Reveal.on("slidechanged", ({ currentSlide }) => fitSlide(currentSlide));
  Reveal.on("pdf-ready", () => {
    document.querySelectorAll(".slides section").forEach(fitSlide);
    root.classList.add("printable");
  });
})();
