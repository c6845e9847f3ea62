/** Tells the server what this screen really shows, so that an operator sees a frozen one. */

const EVERY_MS = 10_000;
const TIMEOUT_MS = 4_000;

/** Reports what was painted last, on each change and every 10 s. */
export class Beacon {
  #address;
  #screen;
  #painted = null;
  #sent = "";
  #sentAt = -EVERY_MS;

  constructor(address, screen) {
    this.#address = `${address}/beacon`;
    this.#screen = screen;
  }

  /** Take note of what is on its way to the glass; it counts once the browser has drawn a frame. */
  paints(life, seq, show) {
    requestAnimationFrame(() => {
      this.#painted = { screen: this.#screen, life, seq, show };
    });
  }

  /** Send what there is to tell; to be called every second. */
  send(now) {
    if (this.#painted === null) return;
    const told = JSON.stringify(this.#painted);
    if (told === this.#sent && now - this.#sentAt < EVERY_MS) return;
    this.#sent = told;
    this.#sentAt = now;
    const post = { method: "POST", body: told, signal: AbortSignal.timeout(TIMEOUT_MS) };
    fetch(this.#address, post).catch(() => {
      // A server that is away has nobody who looks; the next beacon tells the same.
    });
  }
}

/** Give the name of this screen: the one in its address, or one that it made up for itself once. */
export function screenName(given) {
  if (given) return given;
  const fresh = `screen-${Math.random().toString(36).slice(2, 8)}`;
  try {
    const kept = localStorage.getItem("lilong.screen");
    if (kept === null) localStorage.setItem("lilong.screen", fresh);
    return kept ?? fresh;
  } catch {
    return fresh; // A browser that keeps nothing: a new name at each start.
  }
}
