/** The type scale: letters as high as the reader's distance asks, and a sheet on which nothing is cut. */

/** Letters subtend 0.007 rad: 35 mm at 5 m. */
const LETTER_RAD = 0.007;
const MM_AN_INCH = 25.4;
/** What is left out, in this order, where the letters asked for leave no room for everything. */
const SPARED = {
  lobby: ["date", "minor", "name", "plan", "english", "label"],
  gate: ["clock", "label", "english", "unknown"],
};
/** The text that looks well where the distance asks for less, as a share of the shorter side. */
const WISHED = { lobby: 0.036, gate: 0.06 };
/** The blank around a digit, in its sizes: by that much the number is shifted, to stand in line with the text. */
const BLANK = 0.07;
const STEP = 0.93;
const LEAST_PX = 6;

/** The least size of the number, in sizes of the text: it must stand out. */
const FIGURE = { lobby: 2.5, gate: 3 };
/** Where nothing else can be left out, the number may come as close to the text as this. */
const LEAST_FIGURE = 1.1;

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
  const shrunk = document.documentElement.dataset.figure === "full" ? 2 : 1;
  const tryOut = ({ size, spared, figure }) => {
    sheet.style.setProperty("--text", `${size}px`);
    sheet.dataset.without = spared.join(" ");
    sheet.toggleAttribute("data-small", size < least);
    return holds(sheet) && roomy(sheet, size, figure / shrunk);
  };
  let found = null;
  for (const trial of trials(layout, least, view)) {
    found = trial;
    if (tryOut(trial)) break;
  }
  // What was left out in vain comes back.
  for (const part of found.spared.slice(0, -1)) {
    const fewer = { ...found, spared: found.spared.filter((spared) => spared !== part) };
    if (tryOut(fewer)) found = fewer;
  }
  tryOut(found);
}

function* trials(layout, least, view) {
  const figure = FIGURE[layout];
  const wished = Math.max(least, WISHED[layout] * Math.min(view.width, view.height));
  for (let size = wished; size > least; size *= STEP) yield { size, spared: [], figure };
  for (let count = 0; count <= SPARED[layout].length; count += 1) {
    yield { size: least, spared: SPARED[layout].slice(0, count), figure };
  }
  // The screen is too small for its distance: what matters most stays whole, in letters lower than they should be.
  for (let size = least; size > LEAST_PX; size *= STEP) yield { size, spared: SPARED[layout], figure: LEAST_FIGURE };
}

function holds(sheet) {
  const page = sheet.getBoundingClientRect();
  const cells = [...sheet.querySelectorAll("[data-cell]")].filter(drawn);
  return cells.every((cell) => within(cell.getBoundingClientRect(), page) && cellHolds(cell));
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
function roomy(sheet, size, least) {
  const figure = sheet.querySelector(".figure");
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
