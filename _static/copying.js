// Whoever copies a formula gets its TeX, alone or within a text. The sources of a page's formulas are
// fetched once something is selected on it (_ext/copying.py writes them, in the order of the page).
addEventListener("DOMContentLoaded", () => {
  const address = document.querySelector('meta[name="tex"]')?.content;
  if (!address) return;
  const formulas = [...document.querySelectorAll(".bd-article .katex")];
  let sources;
  window.softmaxTex = (given) => given.length === formulas.length && (sources = given);

  const fetchSources = () => {
    if (getSelection().isCollapsed) return;
    document.removeEventListener("selectionchange", fetchSources);
    document.head.append(Object.assign(document.createElement("script"), { src: address, onload: ({ target }) => target.remove() }));
  };
  document.addEventListener("selectionchange", fetchSources);

  const formulaAt = (node) => (node.closest ? node : node.parentElement)?.closest(".katex");
  document.addEventListener("copy", (event) => {
    const selection = getSelection();
    if (!sources || selection.isCollapsed || event.target.closest?.("textarea, input")) return;
    const range = selection.getRangeAt(0).cloneRange(); // with the whole of its first and last formula
    const [first, last] = [formulaAt(range.startContainer), formulaAt(range.endContainer)];
    if (first) range.setStartBefore(first);
    if (last) range.setEndAfter(last);
    const selected = formulas.filter((formula) => range.intersectsNode(formula));
    if (!selected.length) return;
    selected.forEach((formula) => (formula.dataset.tex = formulas.indexOf(formula)));
    const copy = document.createElement("div");
    copy.append(range.cloneContents());
    for (const formula of selected) delete formula.dataset.tex;
    for (const formula of copy.querySelectorAll("[data-tex]")) {
      const at = formula.dataset.tex;
      const marks = formulas[at].closest(".katex-display") ? "$$" : "$";
      formula.replaceWith(marks + sources[at] + marks);
    }
    copy.style.cssText = "position:fixed;left:-200vw";
    document.body.append(copy); // laid out, so that its text has the lines of the page
    event.clipboardData.setData("text/plain", copy.innerText);
    event.clipboardData.setData("text/html", copy.innerHTML);
    copy.remove();
    event.preventDefault();
  });
});
