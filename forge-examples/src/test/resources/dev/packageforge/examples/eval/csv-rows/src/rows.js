import { delimiterOf } from './options.js';

/**
 * Splits CSV into rows of fields.
 *
 * @param {string} text the CSV
 * @param {{delimiter?: string}} [options]
 * @returns {string[][]}
 */
export function parseRows(text, options) {
  const delimiter = delimiterOf(options);
  const rows = [];
  let row = [];
  let at = 0;
  while (at < text.length) {
    const field = text[at] === '"' ? quoted(text, at) : bare(text, at, delimiter);
    row.push(field.value);
    at = field.end;
    if (text[at] === delimiter) {
      at += 1;
      if (at === text.length) {
        row.push('');
      }
      continue;
    }
    const lineEnd = lineEndAt(text, at);
    if (at < text.length && lineEnd === 0) {
      throw new SyntaxError(`character ${at + 1}: text after a closing quote`);
    }
    rows.push(row);
    row = [];
    at += lineEnd;
  }
  if (row.length > 0) {
    rows.push(row);
  }
  return rows;
}

/** How many characters the line end at this place has; 0 if there is none. */
function lineEndAt(text, at) {
  if (text[at] === '\n') {
    return 1;
  }
  return text[at] === '\r' && text[at + 1] === '\n' ? 2 : 0;
}

function bare(text, start, delimiter) {
  let end = start;
  while (end < text.length && text[end] !== delimiter && lineEndAt(text, end) === 0) {
    end += 1;
  }
  return { value: text.slice(start, end), end };
}

function quoted(text, start) {
  let value = '';
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) {
      throw new SyntaxError(`character ${start + 1}: the quoted field never ends`);
    }
    value += text.slice(at, quote);
    if (text[quote + 1] !== '"') {
      return { value, end: quote + 1 };
    }
    value += '"';
    at = quote + 2;
  }
}
