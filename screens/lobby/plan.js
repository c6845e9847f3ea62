/** The floor plan of one level: where each bay lies, drawn in SVG with the bay's id as the element's. */

const SVG = "http://www.w3.org/2000/svg";
/** Lengths in units of a bay's width (2.5 m): a bay is twice as deep as wide, an aisle a little more. */
const DEPTH = 2;
const AISLE = 2.3;
const BACK_TO_BACK = 0.16;
/** Garages stand on pillars, one every three bays. */
const BAYS_A_PILLAR = 3;
const PILLAR = 0.34;

/** Half of the line between two bays. */
const EDGE = 0.06;

/** The marks: a free bay is a whole block, a taken one a car in its bay, an unknown one an empty frame with a dot. */
export const MARKS = {
  free: block(0.06, 0.06, 0.88, 1.88, 0.1),
  occupied: block(0.25, 0.28, 0.5, 1.44, 0.2),
  unknown:
    block(0.06, 0.06, 0.88, 1.88, 0.1) + block(0.2, 0.2, 0.6, 1.6, 0.04) + block(0.37, 0.87, 0.26, 0.26, 0.13),
};

/** Lay out a level: {width, height, surveyed, places: [[x, y, turned]]}, to be drawn in a field of the given aspect. */
export function layOut(bays, aspect) {
  return bays.length > 0 && bays.every((bay) => bay.at) ? surveyed(bays) : rows(bays.length, aspect);
}

/** Draws one level's bays into an SVG element; draws anew only what has changed. */
export class Plan {
  #svg;
  #bays;
  #laid = "";
  #paths = [];
  #sights = [];

  constructor(svg, bays) {
    this.#svg = svg;
    this.#bays = bays;
  }

  /**
   * Lay the bays out in the field that the element has now. A bay is at most `most` pixels wide; where the surveyed
   * plan would make it narrower than `least`, the bays stand in rows.
   */
  lay(least, most) {
    const field = this.#svg.getBoundingClientRect();
    const laid = `${field.width} ${field.height} ${most}`;
    if (field.width < 1 || field.height < 1 || laid === this.#laid) return;
    this.#laid = laid;
    const { width, height, places } = this.#legible(field, least);
    const room = Math.max(1, scaleIn(field, { width, height }) / most);
    this.#svg.setAttribute("viewBox", `0 ${(1 - room) * height / 2} ${width * room} ${height * room}`);
    this.#sights = [];
    this.#paths = places.map(([x, y, turned], index) => {
      const path = document.createElementNS(SVG, "path");
      path.id = this.#bays[index].id;
      path.setAttribute("transform", `translate(${x} ${y})${turned ? ` translate(${DEPTH} 0) rotate(90)` : ""}`);
      return path;
    });
    const ground = document.createElementNS(SVG, "path");
    ground.setAttribute("class", "ground");
    ground.setAttribute("d", places.map(bayGround).join(""));
    this.#svg.replaceChildren(ground, ...this.#paths);
  }

  #legible(field, least) {
    const aspect = field.width / field.height;
    const laid = layOut(this.#bays, aspect);
    if (!laid.surveyed || scaleIn(field, laid) >= least) return laid;
    const plain = rows(this.#bays.length, aspect);
    return scaleIn(field, plain) > scaleIn(field, laid) ? plain : laid;
  }

  /** Show what is known of each bay, in the order in which they were laid out. */
  show(sights) {
    this.#paths.forEach((path, index) => {
      if (this.#sights[index] === sights[index]) return;
      path.setAttribute("class", sights[index]);
      path.setAttribute("d", MARKS[sights[index]]);
    });
    this.#sights = sights;
  }
}

function scaleIn(field, { width, height }) {
  return Math.min(field.width / width, field.height / height);
}

/** Make a small drawing of one mark, for the legend. */
export function mark(sight) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 1 2");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("class", sight);
  path.setAttribute("d", MARKS[sight]);
  svg.append(path);
  return svg;
}

function surveyed(bays) {
  const left = Math.min(...bays.map((bay) => bay.at[0]));
  const top = Math.min(...bays.map((bay) => bay.at[1]));
  const right = Math.max(...bays.map((bay) => bay.at[0] + (bay.turned ? DEPTH : 1)));
  const bottom = Math.max(...bays.map((bay) => bay.at[1] + (bay.turned ? 1 : DEPTH)));
  return {
    width: right - left,
    height: bottom - top,
    surveyed: true,
    places: bays.map((bay) => [bay.at[0] - left, bay.at[1] - top, Boolean(bay.turned)]),
  };
}

/** Without a survey: double rows along aisles, in as many rows as make the bays largest in the field. */
function rows(count, aspect) {
  let best = null;
  for (let number = 1; number <= Math.max(1, count); number += 1) {
    const long = Math.ceil(count / number);
    const width = across(long - 1) + 1;
    const height = down(number - 1) + DEPTH;
    const scale = Math.min(aspect / width, 1 / height);
    if (best !== null && scale <= best.scale) continue;
    best = { scale, width, height, long };
  }
  const places = Array.from({ length: count }, (_, index) => [
    across(index % best.long),
    down(Math.floor(index / best.long)),
    false,
  ]);
  return { width: best.width, height: best.height, surveyed: false, places };
}

function across(index) {
  return index + Math.floor(index / BAYS_A_PILLAR) * PILLAR;
}

function down(row) {
  const modules = Math.floor(row / 2) * (2 * DEPTH + AISLE + BACK_TO_BACK);
  return modules + (row % 2) * (DEPTH + AISLE);
}

function bayGround([x, y, turned]) {
  const [width, height] = turned ? [DEPTH, 1] : [1, DEPTH];
  return `M${x + EDGE} ${y + EDGE}h${width - 2 * EDGE}v${height - 2 * EDGE}h${2 * EDGE - width}z`;
}

function block(x, y, width, height, round) {
  const [w, h] = [width - 2 * round, height - 2 * round];
  const corner = (dx, dy) => `a${round} ${round} 0 0 1 ${dx * round} ${dy * round}`;
  return `M${x + round} ${y}h${w}${corner(1, 1)}v${h}${corner(-1, 1)}h${-w}${corner(-1, -1)}v${-h}${corner(1, -1)}z`;
}
