"use strict";
// Conveniences only: the page reads the same without them.

// A link into something folded unfolds it; new browsers do so by themselves.
const reveal = () => {
  const target = document.getElementById(location.hash.slice(1));
  for (let node = target; node; node = node.parentElement) {
    if (node.tagName === "DETAILS") node.open = true;
  }
  if (target) target.scrollIntoView();
};
addEventListener("hashchange", reveal);
if (location.hash) reveal();

// The heads of the table of texts become buttons that sort it.
const key = (row, column) => {
  const cell = row.cells[column];
  return cell && (cell.dataset.key ?? cell.textContent);
};
const compare = (a, b) =>
  a.localeCompare(b, undefined, { numeric: true, sensitivity: "base" });

const sort = (table, head, column) => {
  const numeric = head.classList.contains("num");
  const before = head.getAttribute("aria-sort");
  const down = before ? before === "ascending" : numeric;
  const rows = [...table.tBodies[0].rows];
  const keys = new Map(rows.map((row) => [row, key(row, column)]));
  rows.sort((x, y) => {
    const [a, b] = [keys.get(x), keys.get(y)];
    if (!a || !b) return (a ? 0 : 1) - (b ? 0 : 1); // nothing to go by: last, either way
    const order = numeric ? a - b : compare(a, b);
    return down ? -order : order;
  });
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  table.tBodies[0].append(...rows);
};

const table = document.getElementById("index");
for (const [column, head] of [...(table?.tHead.rows[0].cells ?? [])].entries()) {
  if (!("sort" in head.dataset)) continue;
  const button = document.createElement("button");
  button.type = "button";
  button.append(...head.childNodes);
  button.addEventListener("click", () => sort(table, head, column));
  head.append(button);
}
