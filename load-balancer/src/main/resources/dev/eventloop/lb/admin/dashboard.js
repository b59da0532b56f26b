// Requests the statistics once a second while the page is visible, and shows them.

import { showCloses } from "./closes.js";
import { showFrontends } from "./frontends.js";
import { perSecond, short } from "./numbers.js";
import { Pool } from "./pool.js";
import { TokenNeeded, changeBackend, setToken, stats } from "./server.js";

const INTERVAL_MS = 1000;

const element = (id) => document.getElementById(id);
const pools = new Map(); // by the pool's name
let before = null;
let timer = null;
let asking = false;

function showMessage(sentence) {
  if (element("message").textContent !== sentence) element("message").textContent = sentence;
}

async function refresh() {
  clearTimeout(timer);
  if (asking || document.hidden) return;
  asking = true;
  try {
    const askedAt = performance.now();
    show(await stats(), askedAt);
    if (!element("token-form").hidden) element("token-form").hidden = true;
    showMessage(lastFailure);
  } catch (failure) {
    if (failure instanceof TokenNeeded) {
      askForToken(failure.message);
      return; // resumes when the user submits a token
    }
    element("ready").textContent = "no answer";
    element("ready").className = "badge bad";
    showMessage(failure.message);
  } finally {
    asking = false;
  }
  timer = setTimeout(refresh, INTERVAL_MS);
}

function askForToken(sentence) {
  showMessage(sentence);
  element("token-form").hidden = false;
  element("token").focus();
}

function show(now, askedAt) {
  element("ready").textContent = now.ready ? "ready" : "not ready";
  element("ready").className = "badge " + (now.ready ? "good" : "bad");
  const seconds = before === null ? 0 : now.uptime_seconds - before.uptime_seconds;
  element("active").textContent = short(now.active);
  showRate("rate", now.accepted, before?.accepted, seconds);
  showRate("up", sum(now, "bytes_up"), before && sum(before, "bytes_up"), seconds);
  showRate("down", sum(now, "bytes_down"), before && sum(before, "bytes_down"), seconds);
  const named = !isLoneDefault(now.frontends) || !isLoneDefault(now.pools);
  element("frontends").hidden = isLoneDefault(now.frontends);
  showFrontends(element("frontends").querySelector("tbody"), now.frontends, before?.frontends ?? [], seconds);
  showPools(now, askedAt);
  showCloses(element("closes"), now.last_closes, named);
  before = now;
}

/** Nobody named it, so the page does not name it either. */
function isLoneDefault(services) {
  return services.length === 1 && services[0].name === "default";
}

function sum(answer, key) {
  return answer.backends.reduce((total, backend) => total + backend[key], 0);
}

function showRate(id, now, then, seconds) {
  const rate = perSecond(now, then ?? undefined, seconds);
  element(id).textContent = rate === null ? "–" : short(rate);
}

function showPools(now, askedAt) {
  const names = new Set(now.pools.map((pool) => pool.name));
  for (const [name, pool] of pools) {
    if (!names.has(name)) {
      pool.element.remove();
      pools.delete(name);
    }
  }
  const named = !isLoneDefault(now.pools);
  element("pools").classList.toggle("named", named);
  for (const { name, backends } of now.pools) {
    let pool = pools.get(name);
    if (pool === undefined) {
      pool = new Pool(name, (backend, wanted) => change(name, backend, wanted), refresh);
      pools.set(name, pool);
      element("pools").append(pool.element);
    }
    pool.show(backends, named, now.uptime_seconds, askedAt);
  }
}

let lastFailure = ""; // the last failed change; cleared when the next change succeeds

async function change(pool, backend, wanted) {
  try {
    await changeBackend(pool, backend, wanted);
    lastFailure = "";
  } catch (failure) {
    lastFailure = failure.message;
    if (failure instanceof TokenNeeded) askForToken(failure.message);
  }
  showMessage(lastFailure);
}

element("token-form").addEventListener("submit", (event) => {
  event.preventDefault();
  setToken(element("token").value);
  element("token").value = "";
  refresh();
});
document.addEventListener("visibilitychange", refresh);
refresh();
