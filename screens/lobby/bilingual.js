/** Elements that say the same thing in Chinese and, below, in English. */

/** Put words in both languages into an element that has a place for each; say nothing twice. */
export function say(element, { zh, en }) {
  const [chinese, english] = element.children;
  if (chinese.textContent !== zh) chinese.textContent = zh;
  if (english.textContent !== en) english.textContent = en;
  element.toggleAttribute("data-same", zh === en);
}

/** Make an element with a place for each language. */
export function words(tag, name) {
  const made = element(tag, name);
  const chinese = element("span", "zh");
  chinese.lang = "zh-CN";
  const english = element("span", "en");
  english.lang = "en";
  made.append(chinese, english);
  return made;
}

/** Make an element of a class. */
export function element(tag, name) {
  const made = document.createElement(tag);
  made.className = name;
  return made;
}
