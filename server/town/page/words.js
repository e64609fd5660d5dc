// The words of the page, in the language being spoken, and the small hands that put them on it.

// What the town's first message brings; until then a key stands for itself.
export const speech = { language: 'en', words: {} };

export function word(key, places = {}) {
  const text = speech.words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (asWritten, name) => places[name] ?? asWritten);
}

export function counted(key, count) {
  const one = speech.language === 'fr' ? count < 2 : count === 1;
  return word(`${key}.${one ? 'one' : 'other'}`, { count: number(count) });
}

export const number = (value) => value.toLocaleString(speech.language);

// Everything in the markup that names its word, anew.
export function translate() {
  document.documentElement.lang = speech.language;
  for (const node of document.querySelectorAll('[data-word]')) setText(node, word(node.dataset.word));
  for (const node of document.querySelectorAll('[data-label]')) setAttribute(node, 'aria-label', word(node.dataset.label));
}

export const part = (id) => document.getElementById(id);

export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function setAttribute(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

export function element(tag, name = '', text = '') {
  const node = document.createElement(tag);
  node.className = name;
  node.textContent = text;
  return node;
}
