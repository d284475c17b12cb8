// Adds up the ticked points of each derivation, keeps them in this browser, and saves a table for
// `make enter-marks`. Nothing leaves the page.
const derivations = [...document.querySelectorAll("section[data-student]")].map((section) => {
  const { student, assignment, question, entered, answer } = section.dataset;
  const [points, comment] = section.querySelectorAll("input:not([type=checkbox])");
  const ticks = [...section.querySelectorAll("input[type=checkbox]")];
  // The path, since a browser may keep one store for all files.
  const named = JSON.stringify([student, assignment, question, answer]);
  const key = `by-hand ${location.pathname} ${named}`;
  return { student, assignment, question, entered, answer, points, comment, ticks, key };
});
const said = document.querySelector("output");

function load(one) {
  let kept = JSON.parse(localStorage.getItem(one.key) ?? "{}");
  // What has been entered since, or given another mark, is not to be entered again.
  one.isNew = kept.entered === one.entered;
  if (!one.isNew) kept = {};
  one.points.value = kept.points ?? "";
  one.comment.value = kept.comment ?? "";
  one.ticks.forEach((tick, place) => { tick.checked = Boolean(kept.ticks?.[place]); });
}

function save(one) {
  one.isNew = true;
  const ticks = one.ticks.map((tick) => tick.checked);
  const kept = { ticks, points: one.points.value, comment: one.comment.value, entered: one.entered };
  localStorage.setItem(one.key, JSON.stringify(kept));
}

const marked = () => derivations.filter((one) => one.isNew && (one.points.value || one.comment.value));

function tell() {
  said.textContent = `${marked().length} of ${derivations.length} to save`;
}

function attempt(action, one) {
  try {
    action(one);
  } catch {
    said.textContent = "This browser keeps nothing: save the table before you close the page.";
    return;
  }
  tell();
}

for (const one of derivations) {
  attempt(load, one);
  for (const tick of one.ticks) {
    tick.addEventListener("change", () => {
      const ticked = one.ticks.filter((other) => other.checked);
      const sum = ticked.reduce((total, other) => total + Number(other.value), 0);
      one.points.value = ticked.length ? Math.min(sum, Number(one.points.max)) : "";
      attempt(save, one);
    });
  }
  for (const input of [one.points, one.comment]) {
    input.addEventListener("input", () => attempt(save, one));
  }
}

document.querySelector("button").addEventListener("click", () => {
  const wrong = document.querySelector("input:invalid");
  if (wrong) {
    wrong.reportValidity();
    return;
  }
  const rows = marked().map((one) => [
    one.student, one.assignment, one.question, one.points.value, one.comment.value, one.answer,
  ]);
  const quoted = [["student", "assignment", "question", "points", "comment", "answer"], ...rows].map((row) =>
    row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(","));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([`\ufeff${quoted.join("\r\n")}\r\n`]));
  link.download = "marked.csv";
  link.click();
});
