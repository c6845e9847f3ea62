/** Puts what is to be shown onto the sheet, and touches nothing that has not changed. */

import { say, words } from "./bilingual.js";
import { drift } from "./clock.js";
import { fit, leastText, measureFont } from "./fit.js";
import { Levels } from "./levels.js";
import { mark } from "./plan.js";
import { figure } from "./state.js";
import { FULL, LABEL, NOTHING, SIGHTS, banner, unknownBays } from "./words.js";

const EMPTY = { total: 0, free: 0, occupied: 0, unknown: 0 };
const NO_FLOORS = [];
const FEWEST_DIGITS = 2;

/** Paints one screen. */
export class Sheet {
  #root = document.documentElement;
  #sheet = document.querySelector(".sheet");
  #settings;
  #levels;
  #font;
  #figureFont;
  #fitted = "";

  constructor(settings) {
    this.#settings = settings;
    Object.assign(this.#root.dataset, { layout: settings.layout, lang: settings.lang, arrow: settings.arrow });
    this.#root.lang = settings.lang === "en" ? "en" : "zh-CN";
    const family = getComputedStyle(this.#sheet).fontFamily;
    this.#font = measureFont(family, 400);
    this.#figureFont = measureFont(family, 700);
    this.#sheet.style.setProperty("--lift", `${-this.#figureFont.lift}em`);
    this.#levels = new Levels(this.#part(".levels"), settings.lang);
    this.#part(".legend").replaceChildren(...Object.entries(SIGHTS).map(legendItem));
    say(this.#part(".label"), LABEL);
  }

  /** Show a board (or null) as far as it may be trusted; `refused` as in words.js. */
  show(board, trust, refused) {
    this.#root.dataset.show = trust.show;
    this.#root.dataset.seq = board?.seq ?? "";
    const count = board?.count ?? EMPTY;
    if (board) {
      say(this.#part(".name"), board.name);
      document.title = this.#settings.lang === "en" ? board.name.en : board.name.zh;
    }
    this.#figure(figure(count, trust.show), count.total);
    this.#unknown(count, trust.show);
    say(this.#part(".state .words"), banner(trust, refused));
    if (this.#settings.layout === "lobby" && this.#levels.show(board?.floors ?? NO_FLOORS, trust.show)) this.#fitted = "";
    this.#fit();
  }

  /** Show the time, the night and the drift of this minute. */
  tell({ time, date, night }, at) {
    const clock = this.#part(".time");
    if (clock.textContent !== time) clock.textContent = time;
    say(this.#part(".date"), date);
    const { theme } = this.#settings;
    this.#root.dataset.night = String(theme === "auto" ? night : theme === "night");
    const [right, down] = drift(at);
    this.#sheet.style.setProperty("--right", String(right));
    this.#sheet.style.setProperty("--down", String(down));
    this.#fit();
  }

  /** Fit the sheet anew: its window has another size. */
  refit() {
    this.#fitted = "";
    this.#fit();
  }

  #figure(shown, total) {
    const digits = Math.max(FEWEST_DIGITS, String(total).length);
    const text = shown.kind === "number" ? String(shown.free) : NOTHING;
    say(this.#part(".figure"), shown.kind === "full" ? FULL : { zh: text, en: text });
    this.#root.dataset.figure = shown.kind;
    this.#sheet.style.setProperty("--figure-em", String(digits * this.#figureFont.digit + 0.04));
  }

  #unknown(count, show) {
    const part = this.#part(".unknown-bays");
    part.hidden = count.unknown === 0 || (show !== "live" && show !== "stale");
    if (!part.hidden) say(part, unknownBays(count.unknown, count.free + count.occupied > 0));
  }

  #fit() {
    const view = { width: window.innerWidth, height: window.innerHeight };
    const { show, figure, night } = this.#root.dataset;
    const shown = `${view.width}x${view.height} ${show} ${figure} ${night} ${this.#sheet.innerText}`;
    if (shown === this.#fitted) return;
    const { layout } = this.#settings;
    fit(this.#sheet, layout, leastText(this.#settings, view, this.#font.cap), view);
    this.#levels.lay(Number.parseFloat(this.#sheet.style.getPropertyValue("--text")));
    this.#fitted = `${view.width}x${view.height} ${show} ${figure} ${night} ${this.#sheet.innerText}`;
  }

  #part(selector) {
    return this.#sheet.querySelector(selector);
  }
}

function legendItem([sight, said]) {
  const item = document.createElement("li");
  const text = words("p", "words");
  say(text, said);
  item.append(mark(sight), text);
  return item;
}
