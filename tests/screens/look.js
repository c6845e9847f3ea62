/** Looks at a screen as its reader does, without a word from the page's own code: what is cut, how high, how clear. */
(wanted) => {
  const texts = () => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const words = node.textContent.trim();
      const element = node.parentElement;
      if (!words || !element.checkVisibility({ visibilityProperty: true }) || element.closest("noscript")) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      found.push({ words, element, style: getComputedStyle(element), lines: [...range.getClientRects()] });
    }
    return found;
  };

  const measure = (style, size, words) => {
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = `${style.fontWeight} ${size}px ${style.fontFamily}`;
    return pen.measureText(words);
  };

  /** What of a line is really printed; a line's box also holds the blank around its letters. */
  const inksOf = ({ words, style, lines }) => {
    const size = Number.parseFloat(style.fontSize);
    const { fontBoundingBoxAscent: up, fontBoundingBoxDescent: down, ...ink } = boxOf(measure(style, size, words));
    return lines.map((line) => {
      const base = line.top + (line.height - up - down) / 2 + up;
      const blank = 0.08 * size;
      return { words, left: line.left + blank, right: line.right - blank, top: base - ink.up, bottom: base + ink.down };
    });
  };

  const boxOf = (metrics) => ({
    fontBoundingBoxAscent: metrics.fontBoundingBoxAscent,
    fontBoundingBoxDescent: metrics.fontBoundingBoxDescent,
    up: metrics.actualBoundingBoxAscent,
    down: metrics.actualBoundingBoxDescent,
  });

  const overlap = (one, other, slack) =>
    one.left < other.right && other.left < one.right && one.top < other.bottom - slack && other.top < one.bottom - slack;

  const outside = (inner, outer, slack) =>
    inner.left < outer.left - slack || inner.right > outer.right + slack ||
    inner.top < outer.top - slack || inner.bottom > outer.bottom + slack;

  const faults = () => {
    const said = [];
    const screen = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
    const inks = [];
    for (const text of texts()) {
      for (const ink of inksOf(text)) {
        if (outside(ink, screen, 0)) said.push(`${ink.words} leaves the screen`);
        for (let box = text.element; box !== document.body; box = box.parentElement) {
          const clips = getComputedStyle(box).overflow !== "visible";
          if (clips && outside(ink, box.getBoundingClientRect(), 1)) said.push(`${ink.words} is cut off`);
        }
        for (const other of inks) if (overlap(ink, other, 1)) said.push(`${ink.words} overlaps ${other.words}`);
        inks.push(ink);
      }
    }
    for (const plan of document.querySelectorAll(".plan")) {
      if (!plan.checkVisibility()) continue;
      const field = plan.getBoundingClientRect();
      const lost = [...plan.querySelectorAll("path[id]")].find((bay) => outside(bay.getBoundingClientRect(), field, 1));
      if (lost) said.push(`bay ${lost.id} leaves its plan`);
      for (const ink of inks) if (overlap(ink, field, 0)) said.push(`${ink.words} overlaps a plan`);
    }
    const { scrollWidth, scrollHeight } = document.documentElement;
    if (scrollWidth > innerWidth || scrollHeight > innerHeight) said.push("the page scrolls");
    return said;
  };

  const channels = (colour) => colour.match(/[\d.]+/g).map(Number);

  const shine = (colour) => {
    const [r, g, b] = channels(colour)
      .map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };

  /** Contrast as WCAG 2 defines it. */
  const contrast = (one, other) => {
    const [dark, bright] = [shine(one), shine(other)].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };

  const groundOf = (element) => {
    for (let box = element; box; box = box.parentElement) {
      for (const style of [getComputedStyle(box), getComputedStyle(box, "::before")]) {
        if ((channels(style.backgroundColor)[3] ?? 1) > 0) return style.backgroundColor;
      }
    }
    return "rgb(255, 255, 255)";
  };

  const letters = () =>
    texts().map(({ words, element, style }) => ({
      words,
      height: (measure(style, 1000, "H").actualBoundingBoxAscent * Number.parseFloat(style.fontSize)) / 1000,
      contrast: contrast(style.color, groundOf(element)),
    }));

  /** Bays against the floor and against the ground they are painted on. */
  const marks = () =>
    [...document.querySelectorAll(".plan path[id], .legend path, .glyph > *")]
      .filter((mark) => mark.checkVisibility())
      .map((mark) => {
        const bay = mark.parentElement.querySelector(".ground");
        const fill = getComputedStyle(mark).fill;
        const grounds = [groundOf(mark.parentElement.parentElement), ...(bay ? [getComputedStyle(bay).fill] : [])];
        return Math.min(...grounds.map((ground) => contrast(fill, ground)));
      });

  return { faults, letters, marks }[wanted]();
};
