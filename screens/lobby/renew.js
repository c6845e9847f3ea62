/** Keeps a page that runs for months up to date, and its files in the browser's own store fresh for a start without a server. */

const DAY_MS = 86_400_000;
const KEY = "lilong.page";

/** Renews the page's files every day, and the page itself when the server serves another version. */
export class Renewal {
  #renewedAt;
  #busy = false;

  constructor(now) {
    this.#renewedAt = now;
  }

  /** Take the version that a heartbeat names. */
  async heard(version, now) {
    if (this.#busy || !version) return;
    const known = recall();
    if (known === null) remember(version);
    const changed = known !== null && known !== version;
    if (!changed && now - this.#renewedAt < DAY_MS) return;
    this.#busy = true;
    this.#renewedAt = now;
    const renewed = await fetchAll();
    this.#busy = false;
    if (renewed && changed && remember(version)) location.reload();
  }
}

async function fetchAll() {
  const parts = [...document.querySelectorAll("link[href], script[src]")].map((part) => part.href || part.src);
  try {
    const renewed = await Promise.all([location.href, ...parts].map(renew));
    return renewed.every(Boolean);
  } catch {
    return false; // Away: tomorrow, or at the next heartbeat of another version.
  }
}

async function renew(url) {
  const answer = await fetch(url, { cache: "reload" });
  await answer.arrayBuffer(); // A file is kept once it has been read to its end.
  return answer.ok;
}

function recall() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function remember(version) {
  try {
    localStorage.setItem(KEY, version);
    return true;
  } catch {
    return false; // Without a memory the page would reload for ever.
  }
}
