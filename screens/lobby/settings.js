/** What the address of a screen says about it: which lot, where it hangs, who looks at it. */

/** Diagonal in inches and distance of the reader in metres, where the address does not give them. */
const USUAL = { lobby: { size: 55, distance: 3 }, gate: { size: 75, distance: 10 } };

/** Give a screen's settings from the query part of its address; what cannot be used is replaced by the usual. */
export function readSettings(query) {
  const given = new URLSearchParams(query);
  const layout = oneOf(given.get("layout"), ["lobby", "gate"]);
  return {
    lot: given.get("lot") || null,
    layout,
    lang: oneOf(given.get("lang"), ["both", "zh", "en"]),
    size: within(given.get("size"), 3, 400, USUAL[layout].size),
    distance: within(given.get("distance"), 0.3, 60, USUAL[layout].distance),
    arrow: oneOf(given.get("arrow"), ["up", "left", "right", "down", "none"]),
    theme: oneOf(given.get("theme"), ["auto", "day", "night"]),
    screen: (given.get("screen") || "").slice(0, 64) || null,
  };
}

function oneOf(word, words) {
  return words.includes(word) ? word : words[0];
}

function within(text, least, most, usual) {
  const number = Number.parseFloat(text ?? "");
  return number >= least && number <= most ? number : usual;
}
