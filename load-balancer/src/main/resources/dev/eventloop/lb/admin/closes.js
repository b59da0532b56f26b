// The last closed connections, newest first.

let newest = null;

/** @param named whether to show the columns of the frontend and the pool */
export function showCloses(body, closes, named) {
  body.parentElement.classList.toggle("named", named);
  const id = closes.length === 0 ? null : closes[0].id + " " + closes[0].ended_at;
  if (id === newest) return;
  newest = id;
  body.replaceChildren(...closes.map(row));
}

function row(close) {
  const row = document.createElement("tr");
  row.title = close.reason + (close.tried.length > 1 ? "; tried " + close.tried.join(", ") : "");
  const time = new Date(close.ended_at).toLocaleTimeString();
  addCell(row, time);
  addCell(row, close.client);
  addCell(row, close.frontend, "service");
  addCell(row, close.pool ?? "none", "service");
  addCell(row, close.backend ?? "none");
  addCell(row, close.story);
  return row;
}

function addCell(row, text, kind = "") {
  const cell = document.createElement("td");
  cell.className = kind;
  cell.textContent = text;
  row.append(cell);
}
