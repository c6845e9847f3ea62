/** The lot's local time, which goes on whatever the link does; night; and the small drift that spares the panel. */

const NIGHT_FROM_H = 22;
const NIGHT_TO_H = 6;
const DRIFT = [[0, 0], [1, 0], [1, 1], [0, 1], [-1, 1], [-1, 0], [-1, -1], [0, -1], [1, -1]];

/** Tells the time of one time zone. */
export class Clock {
  #zone = "";
  #time;
  #zh;
  #en;
  #hour;

  constructor(zone) {
    this.move(zone);
  }

  /** Go over to another time zone; one that the browser does not know leaves the clock as it is. */
  move(zone) {
    if (zone === this.#zone) return;
    const spoken = (locale, form) => new Intl.DateTimeFormat(locale, { timeZone: zone, ...form });
    try {
      this.#time = spoken("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      console.warn(`expected a time zone that this browser knows, got ${zone}`);
      this.#zone = zone;
      return;
    }
    this.#zh = spoken("zh-CN", { month: "long", day: "numeric", weekday: "long" });
    this.#en = spoken("en-GB", { weekday: "short", day: "numeric", month: "short" });
    this.#hour = spoken("en-GB", { hour: "numeric", hourCycle: "h23" });
    this.#zone = zone;
  }

  /** Read the clock: {time, date: {zh, en}, night}. */
  read(at) {
    const hour = Number(this.#hour.format(at));
    return {
      time: this.#time.format(at),
      date: { zh: spaced(this.#zh.format(at)), en: this.#en.format(at).replace(",", "") },
      night: hour >= NIGHT_FROM_H || hour < NIGHT_TO_H,
    };
  }
}

/** Give the offset of the picture in this minute, in steps of a few pixels: [right, down], each -1, 0 or 1. */
export function drift(at) {
  return DRIFT[Math.floor(at / 60_000) % DRIFT.length];
}

function spaced(date) {
  return date.replace("星期", " 星期").replace("  ", " ");
}
