/** The page's link to its server: a stream of named events, watched, and opened again the moment it can be. */

import { WATCHDOG_MS } from "./state.js";

/** A server that is away is looked for four times a second; one that refuses, at growing intervals. */
const RETRY_MS = 250;
const LONGEST_RETRY_MS = 2_000;
/** A server that is stuck accepts connections and says nothing; such a try is given up after this long. */
const OPENING_MS = 4_000;

/** Keeps a stream open; tells `on.opened()`, `on.board(board)`, `on.heartbeat(beat)`, `on.lost()`, `on.refused(status)`. */
export class Link {
  #address;
  #on;
  #source = null;
  #retry = 0;
  #deadline = 0;
  #refusals = 0;

  constructor(address, on) {
    this.#address = address;
    this.#on = on;
  }

  /** Open the stream. */
  open() {
    clearTimeout(this.#retry);
    this.#source?.close();
    const source = new EventSource(`${this.#address}/stream`);
    this.#source = source;
    this.#deadline = performance.now() + OPENING_MS;
    source.onopen = () => this.#on.opened();
    source.onerror = () => this.#broke(source);
    source.addEventListener("board", (event) => this.#heard(source, event, this.#on.board));
    source.addEventListener("heartbeat", (event) => this.#heard(source, event, this.#on.heartbeat));
  }

  /** Look whether the server has been silent for too long; to be called every second. */
  watch() {
    if (this.#source && performance.now() > this.#deadline) this.#broke(this.#source);
  }

  #heard(source, event, tell) {
    if (source !== this.#source) return;
    let said;
    try {
      said = JSON.parse(event.data);
    } catch (error) {
      console.warn(`expected JSON in ${event.type}: ${error.message}`);
      return;
    }
    this.#deadline = performance.now() + WATCHDOG_MS;
    this.#refusals = 0;
    tell(said);
  }

  #broke(source) {
    if (source !== this.#source) return;
    const refused = source.readyState === EventSource.CLOSED;
    source.close();
    this.#source = null;
    this.#on.lost();
    this.#refusals = refused ? this.#refusals + 1 : 0;
    if (refused) this.#ask();
    const wait = Math.min(RETRY_MS * Math.max(1, this.#refusals), LONGEST_RETRY_MS);
    this.#retry = setTimeout(() => this.open(), wait * (0.8 + 0.4 * Math.random()));
  }

  async #ask() {
    try {
      const answer = await fetch(`${this.#address}/state`, { signal: AbortSignal.timeout(OPENING_MS) });
      if (!answer.ok) this.#on.refused(answer.status);
    } catch {
      // Away again: the next try will tell.
    }
  }
}
