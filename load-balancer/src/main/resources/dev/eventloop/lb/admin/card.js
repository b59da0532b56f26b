// The card of one backend: its numbers, its chart, and its controls.

import { perSecond, percent, short } from "./numbers.js";

const HISTORY = 120; // points, one per second
const CHART_HEIGHT = 64;

const colour = (name) => () =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export class Card {
  #before = null;
  #times = [];
  #rates = [];
  #chart = null;
  #change;
  #settled;
  #wanted = null; // the change to send next
  #sending = false;
  #moving = false; // the user is moving the slider
  #changedAt = -Infinity;

  /**
   * @param change called with {weight}, {state} or both; returns a promise that never rejects
   * @param settled called when all changes have been sent
   */
  constructor(name, change, settled) {
    this.#change = change;
    this.#settled = settled;
    this.element = document.getElementById("card").content.firstElementChild.cloneNode(true);
    this.element.dataset.backend = name;
    this.#find("h3").textContent = name;
    this.#find(".chart").ariaLabel = "connections per second of " + name + ", the last two minutes";
    this.#find(".states").ariaLabel = "state of " + name;
    this.slider = this.#find("input");
    this.slider.ariaLabel = "weight of " + name;
    this.slider.addEventListener("input", () => {
      this.#moving = true;
      this.#showWeight();
    });
    this.slider.addEventListener("change", () => {
      this.#moving = false;
      this.#send({ weight: Number(this.slider.value) });
    });
    for (const end of ["pointerup", "pointercancel", "blur"]) { // a slider released where it began fires no change event
      this.slider.addEventListener(end, () => (this.#moving = false));
    }
    for (const button of this.element.querySelectorAll("button")) {
      button.addEventListener("click", () => this.#send({ state: button.dataset.state }));
    }
  }

  #find(selector) {
    return this.element.querySelector(selector);
  }

  /** Sends changes one after the other, so that the last one wins; waiting changes are merged. */
  async #send(wanted) {
    this.#wanted = { ...this.#wanted, ...wanted };
    if (this.#sending) return;
    this.#sending = true;
    while (this.#wanted !== null) {
      const next = this.#wanted;
      this.#wanted = null;
      await this.#change(next);
    }
    this.#sending = false;
    this.#changedAt = performance.now();
    this.#settled();
  }

  #showWeight() {
    this.#find("output").textContent = this.slider.value;
  }

  /**
   * @param seconds the time by the server's clock
   * @param askedAt when we sent the request: an answer from before a change does not move the slider
   */
  show(backend, seconds, askedAt) {
    const before = this.#before;
    this.#before = { ...backend, seconds };
    const passed = before === null ? 0 : seconds - before.seconds;
    const rate = perSecond(backend.connections, before?.connections, passed);
    this.#put(".share", percent(backend.share));
    this.#put(".active", short(backend.active));
    this.#put(".rate", rate === null ? "–" : short(rate));
    this.#putRate(".up", backend.bytes_up, before?.bytes_up, passed);
    this.#putRate(".down", backend.bytes_down, before?.bytes_down, passed);
    this.#showState(backend);
    if (!this.#moving && !this.#sending && askedAt >= this.#changedAt) this.slider.value = backend.weight;
    this.#showWeight();
    if (rate !== null) this.#draw(seconds, rate);
  }

  #put(selector, text) {
    this.#find(selector).textContent = text;
  }

  #putRate(selector, now, before, seconds) {
    const rate = perSecond(now, before, seconds);
    this.#put(selector, rate === null ? "–" : short(rate));
  }

  #showState(backend) {
    const badge = this.#find(".badge");
    const [text, kind] = describe(backend);
    badge.textContent = text;
    badge.className = "badge " + kind;
    for (const button of this.element.querySelectorAll("button")) {
      button.ariaPressed = String(button.dataset.state === backend.state);
    }
  }

  #draw(seconds, rate) {
    this.#times.push(seconds);
    this.#rates.push(rate);
    if (this.#times.length > HISTORY) {
      this.#times.shift();
      this.#rates.shift();
    }
    const data = [this.#times, this.#rates];
    if (this.#chart === null) {
      this.#chart = chart(this.#find(".chart"), data);
    } else {
      this.#chart.setData(data);
    }
  }
}

function describe(backend) {
  const backup = backend.backup ? ", backup" : "";
  if (backend.state === "down") return ["down for maintenance" + backup, "warn"];
  if (backend.state === "drain") return ["draining" + backup, "warn"];
  return backend.healthy ? ["up" + backup, "good"] : ["down: unhealthy" + backup, "bad"];
}

function chart(place, data) {
  const made = new uPlot(
    {
      width: place.clientWidth || 300,
      height: CHART_HEIGHT,
      padding: [2, 0, 2, 0],
      legend: { show: false },
      cursor: { show: false },
      axes: [{ show: false }, { show: false }],
      scales: {
        x: { time: false, range: (_, least, greatest) => [greatest - HISTORY, greatest] },
        y: { range: (_, least, greatest) => [0, Math.max(1, greatest)] },
      },
      series: [{}, { stroke: colour("--accent"), fill: colour("--fill"), width: 1.5, points: { show: false } }],
    },
    data,
    place,
  );
  new ResizeObserver(() => made.setSize({ width: place.clientWidth, height: CHART_HEIGHT })).observe(place);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => made.redraw());
  return made;
}
