/** What a screen may claim: from the boards it was sent, the state of its link and the passing of time alone. */

/** The server speaks every 5 s; two missed heartbeats and some slack mean that it is away or stuck. */
export const WATCHDOG_MS = 12_000;
/** A link known to be broken is owned up to after this long, so that a quick restart does not flash. */
export const LOST_MS = 2_000;
/** Numbers that nobody has vouched for in so long are not shown at all. */
export const DEAD_MS = 300_000;

/** Keeps the newest board and every sign of life; `now` is always milliseconds by a clock that never jumps. */
export class Watch {
  #board = null;
  #retired = new Set();
  #heardAgeMs = 0;
  #heardAt = 0;
  #wordAt;
  #lostAt = null;
  #doubtedAt = null;

  constructor(now) {
    this.#wordAt = now;
  }

  /** The board shown, or null. */
  get board() {
    return this.#board;
  }

  /** Take note of a new connection: it may lead to another server, with lives of its own. */
  opened() {
    this.#retired.clear();
  }

  /** Take a board; an older one than the one shown only counts as a sign of life. */
  takeBoard(board, now) {
    this.#word(now);
    if (this.#retired.has(board.life)) return;
    if (this.#board?.life === board.life && board.seq < this.#board.seq) return;
    if (this.#board && this.#board.life !== board.life) this.#retired.add(this.#board.life);
    this.#board = board;
    this.#age(board.heard_age_ms ?? Math.max(0, board.at_ms - board.heard_ms), now);
    this.#doubtedAt = board.link === "live" ? null : (this.#doubtedAt ?? now);
  }

  /** Take a heartbeat. */
  takeHeartbeat(beat, now) {
    this.#word(now);
    if (this.#board?.life === beat.life) this.#age(beat.heard_age_ms, now);
  }

  /** Take note that the connection is known to be broken. */
  lost(now) {
    this.#lostAt ??= now;
  }

  /** Say how far the board may be trusted now. */
  trust(now) {
    return trust({
      link: this.#board?.link ?? null,
      heardAgeMs: this.#heardAgeMs + (now - this.#heardAt),
      silentMs: now - this.#wordAt,
      lostMs: this.#lostAt === null ? 0 : now - this.#lostAt,
      doubtedMs: this.#doubtedAt === null ? 0 : now - this.#doubtedAt,
    });
  }

  #word(now) {
    this.#wordAt = now;
    this.#lostAt = null;
  }

  #age(ageMs, now) {
    this.#heardAgeMs = ageMs;
    this.#heardAt = now;
  }
}

/**
 * Say how far the numbers may be trusted: `show` is live, stale, dead or starting; `cause` (server, sensors or null)
 * says who is silent; `ageMs` how long ago the numbers were last known to be right.
 *
 * `link` is the board's own (null: no board yet), `heardAgeMs` the age of the sensors' newest word, `silentMs` the time
 * since the server's last word, `lostMs` since the connection broke, `doubtedMs` since the board's link ceased to be live.
 */
export function trust({ link, heardAgeMs, silentMs, lostMs, doubtedMs }) {
  const away = silentMs > WATCHDOG_MS || lostMs > LOST_MS;
  if (link === null) return { show: "starting", cause: away ? "server" : null, ageMs: 0 };
  const cause = away ? "server" : link === "live" ? null : "sensors";
  if (cause === null) return { show: "live", cause, ageMs: 0 };
  const ageMs = link === "live" ? silentMs : Math.max(heardAgeMs, silentMs);
  const outMs = Math.max(away ? silentMs : 0, doubtedMs);
  return { show: link === "dead" || outMs >= DEAD_MS ? "dead" : "stale", cause, ageMs };
}

/**
 * Say what stands for a count: {kind: "number", free}, {kind: "full"} or {kind: "none"}, which is shown as "--".
 *
 * Unknown bays are never free. Without a free bay a lot is full only if most of it is known to be occupied.
 */
export function figure(count, show) {
  if (show !== "live" && show !== "stale") return { kind: "none" };
  if (count.free > 0) return { kind: "number", free: count.free };
  if (count.occupied > 0 && count.occupied >= count.unknown) return { kind: "full" };
  return { kind: "none" };
}

/** Say what is shown of one bay: nothing is known of it when the numbers are not to be trusted. */
export function sight(bay, show) {
  return show === "live" || show === "stale" ? bay.sight : "unknown";
}
