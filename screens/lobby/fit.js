/** The type scale: letters as high as the reader's distance asks, and a sheet on which nothing is cut. */

/** Letters subtend 0.007 rad: 35 mm at 5 m. */
const LETTER_RAD = 0.007;
const MM_AN_INCH = 25.4;
/** What is left out, in this order, where the letters asked for leave no room for everything. */
const SPARED = { lobby: ["date", "minor", "name", "plan", "label"], gate: ["clock", "label", "unknown"] };
/** The text that looks well where the distance asks for less, as a share of the shorter side. */
const WISHED = { lobby: 0.036, gate: 0.06 };
/** The blank around a digit, in its sizes: by that much the number is shifted, to stand in line with the text. */
const BLANK = 0.07;
const STEP = 0.93;
const LEAST_PX = 6;

/** The least size of the number, in sizes of the text: it must stand out. */
const FIGURE = { lobby: 2.5, gate: 3.4 };

/**
 * Measure a font, in shares of its size: {cap} height of a capital, {digit} width of a digit, and {lift}, how far
 * capitals must rise to stand in the middle of their line.
 */
export function measureFont(family, weight) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `${weight} 1000px ${family}`;
  const { actualBoundingBoxAscent: cap, fontBoundingBoxAscent: up, fontBoundingBoxDescent: down } = pen.measureText("H");
  return { cap: cap / 1000, digit: pen.measureText("0").width / 1000, lift: (up - down - cap) / 2000 };
}

/** Give the least size of text in pixels, for a screen of `size` inches read from `distance` metres. */
export function leastText({ size, distance }, view, cap) {
  const pixelsAMm = Math.hypot(view.width, view.height) / (size * MM_AN_INCH);
  return (LETTER_RAD * distance * 1000 * pixelsAMm) / cap;
}

/** Set the sheet's text as large as it wishes, or as small as it may be, and leave out what then finds no room. */
export function fit(sheet, layout, least, view) {
  const wished = Math.max(least, WISHED[layout] * Math.min(view.width, view.height));
  for (let size = wished; size > least; size = Math.max(least, size * STEP)) {
    if (holds(sheet, layout, size, [])) return;
  }
  for (let spared = 0; spared <= SPARED[layout].length; spared += 1) {
    if (holds(sheet, layout, least, SPARED[layout].slice(0, spared))) return;
  }
  console.warn("this screen is too small for its distance: the letters are lower than they should be");
  for (let size = least * STEP; size > LEAST_PX; size *= STEP) {
    if (holds(sheet, layout, size, SPARED[layout])) return;
  }
}

function holds(sheet, layout, size, spared) {
  sheet.style.setProperty("--text", `${size}px`);
  sheet.dataset.without = spared.join(" ");
  const page = sheet.getBoundingClientRect();
  const cells = [...sheet.querySelectorAll("[data-cell]")].filter(drawn);
  return cells.every((cell) => within(cell.getBoundingClientRect(), page) && cellHolds(cell)) && roomy(sheet, size, layout);
}

function cellHolds(cell) {
  const room = cell.getBoundingClientRect();
  const text = document.createRange();
  return [...cell.querySelectorAll("span, time")].filter(drawn).every((words) => {
    text.selectNodeContents(words);
    const ink = text.getBoundingClientRect();
    if (ink.width === 0) return true;
    const line = words.getBoundingClientRect();
    const blank = words.closest(".figure") ? BLANK * Number.parseFloat(getComputedStyle(words).fontSize) : 0;
    const own = words.parentElement.getBoundingClientRect();
    const left = Math.max(room.left, own.left) - blank;
    const right = Math.min(room.right, own.right);
    return within({ left: ink.left, right: ink.right, top: line.top + blank, bottom: line.bottom }, { ...box(room), left, right });
  });
}

/** The number must stand out, and a plan that cannot be made out is none. */
function roomy(sheet, size, layout) {
  const figure = sheet.querySelector(".figure");
  const least = FIGURE[layout] / (document.documentElement.dataset.figure === "full" ? 2 : 1);
  if (Number.parseFloat(getComputedStyle(figure).fontSize) < size * least) return false;
  return [...sheet.querySelectorAll(".plan")].filter(drawn).every((plan) => {
    const field = plan.getBoundingClientRect();
    return field.width >= size * 3 && field.height >= size * 1.1;
  });
}

function box({ left, right, top, bottom }) {
  return { left, right, top, bottom };
}

function drawn(element) {
  return element.getClientRects().length > 0;
}

function within(inner, outer) {
  const slack = 1;
  return (
    inner.left >= outer.left - slack &&
    inner.right <= outer.right + slack &&
    inner.top >= outer.top - slack &&
    inner.bottom <= outer.bottom + slack
  );
}
