// A click on a column's name sorts a long printed table by it, a second one the other way round.
addEventListener("DOMContentLoaded", () => {
  const value = (row, k) => row.cells[k].textContent.replace(/[\u2007\u2008,]/g, "").replace("−", "-");
  for (const table of document.querySelectorAll("table.sortable")) {
    const body = table.tBodies[0];
    [...table.tHead.rows[0].cells].forEach((name, k) => {
      if (!name.textContent) return; // the corner
      const button = name.querySelector("button") ?? document.createElement("button"); // there in a saved page
      if (name.querySelector("math")) { // browsers leave formulas out of a button's name
        const said = name.cloneNode(true);
        said.querySelectorAll(".katex-html").forEach((drawn) => drawn.remove());
        button.ariaLabel = said.textContent;
      }
      if (!button.parentElement) button.append(...name.childNodes);
      name.append(button);
      button.onclick = () => {
        const down = name.ariaSort === "ascending";
        for (const other of table.tHead.rows[0].cells) other.ariaSort = null;
        name.ariaSort = down ? "descending" : "ascending";
        const order = (a, b) => value(a, k).localeCompare(value(b, k), "en", { numeric: true });
        const numbers = (a, b) => parseFloat(value(a, k)) - parseFloat(value(b, k));
        const rows = [...body.rows].sort((a, b) => numbers(a, b) || order(a, b));
        body.append(...(down ? rows.reverse() : rows));
      };
    });
  }
});
