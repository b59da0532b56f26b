// The requests to the server, and the token that it may require.

const TOKEN = "high_perf_lb token"; // kept in sessionStorage until the tab closes
const TIMEOUT_MS = 5000;

/** The server requires a token, or refused the one sent. */
export class TokenNeeded extends Error {}

export function setToken(token) {
  sessionStorage.setItem(TOKEN, token);
}

export function stats() {
  return ask("GET", "/api/v1/stats");
}

/** @param change {weight} or {state} or both */
export function changeBackend(pool, backend, change) {
  const path = "/api/v1/pools/" + encodeURIComponent(pool) + "/backends/" + encodeURIComponent(backend);
  return ask("PATCH", path, change);
}

/** The response as JSON; throws an Error with a sentence to show. */
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
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    throw new Error("The load balancer does not answer.");
  }
  const answer = await response.json().catch(() => ({ error: "The response was incomplete." }));
  if (response.status === 401) throw new TokenNeeded(token === null ? "" : answer.error);
  if (!response.ok || answer.error) throw new Error(answer.error);
  return answer;
}
