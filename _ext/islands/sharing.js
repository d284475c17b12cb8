// "Share", below each living widget of a chapter. Comes with the library; share.js, with the panel that
// it opens, when somebody asks.
document.addEventListener("sx-awake", ({ detail }) => {
  if (!detail.island.closest(".bd-article")) return; // a frame, or a slide
  if (detail.island.querySelector(".sx-share")) return; // in a saved page this script stands twice
  const toggle = document.createElement("button");
  Object.assign(toggle, { type: "button", textContent: "Share", ariaExpanded: "false" });
  toggle.ariaLabel = `Share: ${detail.island.dataset.widget.replaceAll("_", " ")}`;
  toggle.onclick = async () => {
    toggle.onclick = null;
    (await softmaxIslands.load("share"))(detail, toggle);
  };
  const row = document.createElement("div");
  row.className = "sx-share";
  row.append(toggle);
  if (!document.getElementById("sx-sharing")) {
    const style = document.createElement("style");
    style.id = "sx-sharing";
    style.textContent = `
.sx-share { display: flex; flex-wrap: wrap; justify-content: end; font-size: 0.85rem; max-width: 720px; margin-top: -0.5rem; }
.sx-share button { min-height: 28px; padding: 0 0.7rem; border: 1px solid var(--pst-color-border); border-radius: 4px; background: var(--pst-color-background); color: var(--pst-color-text-base); font: inherit; cursor: pointer; }
.sx-share :focus-visible { outline: 3px solid var(--pst-color-text-base); outline-offset: 1px; }
@media print { .sx-share { display: none; } }`;
    document.head.append(style);
  }
  detail.island.append(row);
});
