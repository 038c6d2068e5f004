import { delimiterOf } from './options.js';

/**
 * Writes rows as CSV.
 *
 * @param {unknown[][]} rows the rows
 * @param {{delimiter?: string}} [options]
 * @returns {string} the text; each row ends with a line feed
 */
export function formatRows(rows, options) {
  const delimiter = delimiterOf(options);
  return rows.map((row) => `${row.map((value) => field(value, delimiter)).join(delimiter)}\n`).join('');
}

function field(value, delimiter) {
  const text = String(value ?? '');
  if (text.includes(delimiter) || /["\r\n]/.test(text)) {
    return `"${text.replaceAll('"', '""')}"`;
  }
  return text;
}
