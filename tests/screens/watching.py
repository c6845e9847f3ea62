"""What a test sees on a screen: whether something stands there, which letters, which colours."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

from tests.screens.boards import LOT
from tests.screens.serving import ScreenServer


def open_screen(page: "Page", server: ScreenServer, **settings: str | float) -> None:
    """Open a lot's screen and wait until it shows a board."""
    query = "&".join(f"{name}={value}" for name, value in {"lot": LOT, **settings}.items())
    page.goto(f"{server.origin}/screens/lobby/?{query}")
    page.wait_for_function("document.documentElement.dataset.seq")


def wait_for_seq(page: "Page", seq: int) -> None:
    """Wait until a board is painted."""
    page.wait_for_function("seq => document.documentElement.dataset.seq === String(seq)", arg=seq)


def wait_for_show(page: "Page", show: str, within_s: float = 20) -> None:
    """Wait until the screen is live, stale, dead or starting."""
    page.wait_for_function(
        "show => document.documentElement.dataset.show === show", arg=show, timeout=within_s * 1000
    )


def text(page: "Page", part: str) -> str:
    """What a part of the screen says, both languages in one line."""
    return " | ".join(page.locator(part).first.inner_text().split("\n"))


def faults(page: "Page") -> list[str]:
    """Words that leave the screen, overlap or are cut off, however they got there."""
    found: list[str] = page.evaluate(_FAULTS)
    return found


def letters(page: "Page") -> list[dict[str, Any]]:
    """Each text on the screen: what it says, its letters' height in pixels, its contrast with what lies behind it."""
    found: list[dict[str, Any]] = page.evaluate(_LETTERS)
    return found


_TEXTS = """
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const words = node.textContent.trim();
    const element = node.parentElement;
    if (!words || !element.checkVisibility({ visibilityProperty: true }) || element.closest("noscript")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    texts.push({ words, element, style: getComputedStyle(element), lines: [...range.getClientRects()] });
  }
"""

# A line's ink: as wide as the line, from a little above its middle to a little below it.
_FAULTS = (
    "() => {"
    + _TEXTS
    + """
  const faults = [];
  const inks = [];
  for (const { words, element, style, lines } of texts) {
    const size = parseFloat(style.fontSize);
    for (const line of lines) {
      const pen = document.createElement("canvas").getContext("2d");
      pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
      const m = pen.measureText(words);
      const base = line.top + (line.height - m.fontBoundingBoxAscent - m.fontBoundingBoxDescent) / 2
        + m.fontBoundingBoxAscent;
      const ink = { words, left: line.left + 0.08 * size, right: line.right - 0.08 * size,
        top: base - m.actualBoundingBoxAscent, bottom: base + m.actualBoundingBoxDescent };
      if (ink.left < 0 || ink.top < 0 || ink.right > innerWidth || ink.bottom > innerHeight)
        faults.push(`${words} leaves the screen`);
      for (let box = element; box !== document.body; box = box.parentElement) {
        const clip = getComputedStyle(box).overflow !== "visible";
        const area = box.getBoundingClientRect();
        if (clip && (ink.right > area.right + 1 || ink.bottom > area.bottom + 1)) faults.push(`${words} is cut off`);
      }
      for (const other of inks)
        if (ink.left < other.right && other.left < ink.right && ink.top < other.bottom - 1
            && other.top < ink.bottom - 1) faults.push(`${words} overlaps ${other.words}`);
      inks.push(ink);
    }
  }
  for (const plan of document.querySelectorAll(".plan")) {
    if (!plan.checkVisibility()) continue;
    const area = plan.getBoundingClientRect();
    for (const bay of plan.querySelectorAll("path")) {
      const at = bay.getBoundingClientRect();
      if (at.left < area.left - 1 || at.right > area.right + 1 || at.top < area.top - 1
          || at.bottom > area.bottom + 1) { faults.push(`${bay.id} leaves its plan`); break; }
    }
    for (const ink of inks)
      if (ink.left < area.right && area.left < ink.right && ink.top < area.bottom && area.top < ink.bottom)
        faults.push(`${ink.words} overlaps a plan`);
  }
  const root = document.documentElement;
  if (root.scrollWidth > innerWidth || root.scrollHeight > innerHeight) faults.push("the page scrolls");
  return faults;
}"""
)

_LETTERS = (
    "() => {"
    """
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const shine = (colour) => {
    const [r, g, b] = channels(colour).map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [dark, bright] = [shine(one), shine(other)].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };
  const ground = (element) => {
    for (let box = element; box; box = box.parentElement)
      for (const style of [getComputedStyle(box), getComputedStyle(box, "::before")])
        if ((channels(style.backgroundColor)[3] ?? 1) > 0) return style.backgroundColor;
  };
"""
    + _TEXTS
    + """
  return texts.map(({ words, element, style }) => {
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = `${style.fontWeight} 1000px ${style.fontFamily}`;
    return { words, height: pen.measureText("H").actualBoundingBoxAscent * parseFloat(style.fontSize) / 1000,
      contrast: contrast(style.color, ground(element)) };
  });
}"""
)
