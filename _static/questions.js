// Quick questions: the line below a section becomes a button that fetches and asks them in place. On
// the page that deals them again, everything comes at once. Nothing is fetched before.
const softmaxQuestions = (() => {
  const base = new URL(".", document.currentScript.src); // _static/
  const coming = {};
  const held = {};
  const fetchScript = (path) =>
    new Promise((onload, reject) => {
      const script = document.createElement("script");
      const onerror = () => reject(new Error(`${path} could not be loaded`));
      document.head.append(Object.assign(script, { src: new URL(path, base), defer: true, onload, onerror }));
    });
  const load = (name) => (coming[name] ??= fetchScript(`questions/${name}.js`).then(() => held[name]));
  const style = () =>
    new Promise((onload) => {
      const link = document.createElement("link");
      const href = new URL("questions/ask.css", base);
      document.head.append(Object.assign(link, { rel: "stylesheet", href, onload, onerror: onload }));
    });
  let ready;
  const program = () => (ready ??= Promise.all([load("program"), style()]).then(([it]) => it.begin(new URL("..", base).href)));

  function awake(link) {
    const href = link.href ?? link.dataset.href; // a saved page has the button
    const [chapter, section] = href.match(/([^/]*)\.html#ask-(.*)/).slice(1);
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "ask-open", textContent: link.textContent, ariaExpanded: "false" });
    // To see which section it is about is easy; a list of buttons has no more than their names.
    const heading = link.closest("section").querySelector("h1, h2, h3");
    button.id = `${section}-ask`;
    heading.id ||= `${section}-heading`;
    button.setAttribute("aria-labelledby", `${button.id} ${heading.id}`);
    button.dataset.href = href;
    let box, failed;
    button.onclick = async () => {
      button.ariaExpanded = button.ariaExpanded === "false";
      if (box && !failed) return void (box.hidden = !box.hidden);
      box ??= Object.assign(document.createElement("div"), { className: "ask-box" });
      button.parentElement.after(box);
      box.role = failed = null;
      box.textContent = "";
      try {
        const [it, data] = await Promise.all([program(), load(chapter)]);
        it.open(box, chapter, data, section);
      } catch {
        failed = true; // pressed again, it fetches them again
        ready = coming.program = coming[chapter] = null;
        button.ariaExpanded = "false";
        box.role = "status";
        const list = Object.assign(document.createElement("a"), { href, textContent: "their list" });
        box.append("These questions could not be fetched. Press once more, or open ", list, ".");
      }
    };
    link.replaceWith(button);
  }

  addEventListener("DOMContentLoaded", async () => {
    document.querySelectorAll("p.ask > :is(a, .ask-open)").forEach(awake);
    const place = document.getElementById("ask-practise");
    if (!place) return;
    const [it, index] = await Promise.all([program(), load("index"), fetchScript("fsrs/index.umd.js")]);
    it.practise(place, index, load);
  });
  return { hold: (name, value) => (held[name] = value) };
})();
