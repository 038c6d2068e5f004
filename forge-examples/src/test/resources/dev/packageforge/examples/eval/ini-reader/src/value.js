const WORDS = new Map([
  ['true', true],
  ['false', false],
]);

const isQuoted = (text) => text.length >= 2 && text.startsWith('"') && text.endsWith('"');

/** What the text behind an equals sign means. */
export function readValue(text) {
  if (isQuoted(text)) {
    return text.slice(1, -1);
  }
  return WORDS.has(text) ? WORDS.get(text) : text;
}

/** The text that is read back as this value. */
export function writeValue(key, value) {
  switch (typeof value) {
    case 'boolean':
    case 'number':
      return String(value);
    case 'string':
      return needsQuotes(value) ? `"${value}"` : value;
    default:
      throw new TypeError(`${key} is neither text, number nor boolean`);
  }
}

function needsQuotes(text) {
  return text !== text.trim() || WORDS.has(text) || isQuoted(text);
}
