// What the page asks of the server, and the token that it may want.

const TOKEN = "high_perf_lb token"; // gone with the tab
const PATIENCE_MS = 5000;

/** The server wants a token, or another one. */
export class TokenNeeded extends Error {}

export function setToken(token) {
  sessionStorage.setItem(TOKEN, token);
}

export function stats() {
  return ask("GET", "/api/v1/stats");
}

/** @param change {weight} or {state} or both */
export function changeBackend(name, change) {
  return ask("PATCH", "/api/v1/backends/" + encodeURIComponent(name), change);
}

/** The answer; throws an Error with a sentence for people. */
async function ask(method, path, body) {
  const headers = {};
  const token = sessionStorage.getItem(TOKEN);
  if (token !== null) headers["Authorization"] = "Bearer " + token;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch {
    throw new Error("The load balancer does not answer.");
  }
  const answer = await response.json().catch(() => ({ error: "The answer was cut short." }));
  if (response.status === 401) throw new TokenNeeded(token === null ? "" : answer.error);
  if (!response.ok || answer.error) throw new Error(answer.error);
  return answer;
}
