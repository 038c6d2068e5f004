import { delimiterOf } from './options.js';
import { parseRows } from './rows.js';

/**
 * Reads CSV whose first row names the fields.
 *
 * @param {string} text the CSV
 * @param {{delimiter?: string}} [options]
 * @returns {Record<string, string>[]}
 */
export function parseRecords(text, options) {
  const [header = [], ...rows] = parseRows(text, { delimiter: delimiterOf(options) });
  return rows.map((row, index) => {
    if (row.length > header.length) {
      throw new RangeError(`row ${index + 2} has ${row.length} fields, the header has ${header.length}`);
    }
    return Object.fromEntries(header.map((name, column) => [name, row[column] ?? '']));
  });
}
