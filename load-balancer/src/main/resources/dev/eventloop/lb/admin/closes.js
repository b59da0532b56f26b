// The last closed connections, newest first.

let newest = null;

export function showCloses(body, closes) {
  const id = closes.length === 0 ? null : closes[0].id + " " + closes[0].ended_at;
  if (id === newest) return;
  newest = id;
  body.replaceChildren(...closes.map(row));
}

function row(close) {
  const row = document.createElement("tr");
  row.title = close.reason + (close.tried.length > 1 ? "; tried " + close.tried.join(", ") : "");
  const time = new Date(close.ended_at).toLocaleTimeString();
  for (const text of [time, close.client, close.backend ?? "none", close.story]) {
    const cell = document.createElement("td");
    cell.textContent = text;
    row.append(cell);
  }
  return row;
}
