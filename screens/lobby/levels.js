/** The levels of a lot: each one's name, its count and its floor plan. */

import { element, say, words } from "./bilingual.js";
import { Plan, layOut } from "./plan.js";
import { figure, sight } from "./state.js";
import { LEVEL_FULL, NOTHING, planWords } from "./words.js";

/** The least width of a bay on a surveyed plan, and the greatest on any, in sizes of the text. */
const LEAST_BAY = 0.1;
const MOST_BAY = 1.5;
/** More levels than that stand in two columns on a screen that lies. */
const MOST_IN_COLUMN = 4;
/** Levels surveyed as less wide than that would waste a row's width: so many of them stand side by side. */
const WIDE = 2;
const MOST_ABREAST = 3;

/** Draws the levels; builds them anew only when the lot itself has changed. */
export class Levels {
  #section;
  #lang;
  #built = "";
  #levels = [];
  #floors = [];
  #show = "";

  constructor(section, lang) {
    this.#section = section;
    this.#lang = lang;
  }

  /** Show the floors of a board; `show` says how far they may be trusted. Say whether they stand there anew. */
  show(floors, show) {
    if (floors === this.#floors && show === this.#show) return false;
    const built = JSON.stringify(floors.map(({ id, name, bays }) => [id, name, bays.map(place)]));
    const anew = built !== this.#built;
    this.#built = built;
    this.#floors = floors;
    this.#show = show;
    if (anew) this.#build();
    floors.forEach((floor, index) => this.#fill(this.#levels[index], floor, show));
    return anew;
  }

  /** Lay the plans out in the room they have now; `text` is the size of the text in pixels. */
  lay(text) {
    this.#levels.forEach((level) => {
      level.plan.lay(text * LEAST_BAY, text * MOST_BAY);
      level.plan.show(level.sights);
    });
  }

  #build() {
    const half = Math.ceil(this.#floors.length / 2);
    this.#levels = this.#floors.map(build);
    this.#levels[half]?.article.classList.add("second");
    this.#section.replaceChildren(...this.#levels.map((level) => level.article));
    this.#section.style.setProperty("--levels", this.#floors.length);
    this.#section.style.setProperty("--half", half);
    document.documentElement.dataset.stand = stand(this.#floors);
  }

  #fill(level, floor, show) {
    const shown = figure(floor.count, show);
    say(level.count, levelWords(shown));
    level.count.classList.toggle("said", shown.kind === "full");
    const words = planWords(floor.name, floor.count, show);
    level.svg.setAttribute("aria-label", this.#lang === "both" ? `${words.zh} ${words.en}` : words[this.#lang]);
    level.sights = floor.bays.map((bay) => sight(bay, show));
    level.plan.show(level.sights);
  }
}

/** How levels stand on a screen that lies: in rows, in two columns of rows, or abreast with their plans below. */
function stand(floors) {
  const narrow = floors.every(({ bays }) => {
    const plan = layOut(bays, WIDE);
    return plan.surveyed && plan.width < WIDE * plan.height;
  });
  if (narrow && floors.length > 1 && floors.length <= MOST_ABREAST) return "abreast";
  return floors.length > MOST_IN_COLUMN || (narrow && floors.length > MOST_ABREAST) ? "columns" : "rows";
}

function place({ id, at, turned }) {
  return [id, at, turned];
}

function levelWords(figure) {
  if (figure.kind === "full") return LEVEL_FULL;
  const text = figure.kind === "number" ? String(figure.free) : NOTHING;
  return { zh: text, en: text };
}

function build(floor) {
  const article = element("article", "level");
  article.dataset.cell = "";
  const name = words("h2", "level-name words");
  const count = words("p", "count words");
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "plan");
  svg.setAttribute("role", "img");
  svg.setAttribute("preserveAspectRatio", "xMinYMid meet");
  const field = element("div", "plan-field");
  field.append(svg);
  article.append(name, count, field);
  say(name, floor.name);
  return { article, count, svg, plan: new Plan(svg, floor.bays), sights: [] };
}
