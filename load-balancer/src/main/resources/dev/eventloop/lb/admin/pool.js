// A pool: a heading, and the cards of its backends.

import { Card } from "./card.js";

export class Pool {
  #name;
  #change;
  #settled;
  #cards = new Map(); // by the backend's name

  /**
   * @param change called with the backend's name and {weight}, {state} or both; returns a promise that never rejects
   * @param settled called when all changes of a card have been sent
   */
  constructor(name, change, settled) {
    this.#name = name;
    this.#change = change;
    this.#settled = settled;
    this.element = document.getElementById("pool").content.firstElementChild.cloneNode(true);
    this.element.dataset.pool = name;
    this.element.ariaLabel = "backends of the pool " + name;
  }

  /** @param named whether to show the pool's name */
  show(backends, named, seconds, askedAt) {
    this.#showHeading(backends, named);
    const names = new Set(backends.map((backend) => backend.name));
    for (const [name, card] of this.#cards) {
      if (!names.has(name)) {
        card.element.remove();
        this.#cards.delete(name);
      }
    }
    for (const backend of backends) this.#card(backend.name).show(backend, seconds, askedAt);
  }

  #card(name) {
    let card = this.#cards.get(name);
    if (card === undefined) {
      card = new Card(name, (wanted) => this.#change(name, wanted), this.#settled);
      this.#cards.set(name, card);
      this.element.querySelector(".cards").append(card.element);
    }
    return card;
  }

  #showHeading(backends, named) {
    const up = backends.filter((backend) => backend.healthy && backend.state === "up").length;
    const note = document.createElement("small");
    note.textContent = up + " of " + backends.length + " up";
    const heading = this.element.querySelector("h2");
    heading.replaceChildren(...(named ? ["Pool " + this.#name, note] : ["Backends"]));
  }
}
