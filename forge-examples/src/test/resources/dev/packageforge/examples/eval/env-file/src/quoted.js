import { expand } from './expand.js';

const ESCAPES = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['"', '"'],
  ['\\', '\\'],
]);

/** The place of the quote that closes the one at start, or -1. */
export function closingQuote(text, start) {
  const quote = text[start];
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\' && quote === '"') {
      at += 1;
    } else if (text[at] === quote) {
      return at;
    }
  }
  return -1;
}

/** What a text in double quotes means. */
export function unescape(text, lookUp) {
  // Cut at the escapes, so that nothing that was escaped is taken for a reference.
  return text
    .split(/(\\\$\{|\\[\s\S])/)
    .map((part) => {
      if (!part.startsWith('\\')) {
        return expand(part, lookUp);
      }
      return part === '\\${' ? '${' : (ESCAPES.get(part[1]) ?? part);
    })
    .join('');
}
