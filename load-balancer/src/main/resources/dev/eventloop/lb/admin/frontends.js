// The frontends: a table row for each.

import { perSecond, short } from "./numbers.js";

const rows = new Map(); // by the frontend's name

/** @param before the frontends of the previous answer, empty for the first one */
export function showFrontends(body, frontends, before, seconds) {
  const names = new Set(frontends.map((frontend) => frontend.name));
  for (const [name, row] of rows) {
    if (!names.has(name)) {
      row.remove();
      rows.delete(name);
    }
  }
  for (const frontend of frontends) {
    if (!rows.has(frontend.name)) rows.set(frontend.name, addRow(body, frontend.name));
    const then = before.find((one) => one.name === frontend.name);
    const rate = perSecond(frontend.accepted, then?.accepted, seconds);
    const texts = [short(frontend.active), rate === null ? "–" : short(rate), frontend.addresses.join(", ")];
    const cells = rows.get(frontend.name).querySelectorAll("td");
    texts.forEach((text, i) => (cells[i].textContent = text));
  }
}

function addRow(body, name) {
  const row = document.createElement("tr");
  row.dataset.frontend = name;
  const heading = document.createElement("th");
  heading.scope = "row";
  heading.textContent = name;
  row.append(heading);
  for (const kind of ["active number", "rate number", "addresses"]) {
    const cell = document.createElement("td");
    cell.className = kind;
    row.append(cell);
  }
  body.append(row);
  return row;
}
