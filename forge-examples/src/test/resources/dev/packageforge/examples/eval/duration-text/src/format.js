import { NAMES, UNITS } from './units.js';

/**
 * Writes a duration.
 *
 * @param {number} ms whole milliseconds
 * @param {{largest?: string}} [options] the largest unit to use, "d" unless told otherwise
 * @returns {string} such as "1h 30m"
 * @throws {RangeError} if ms is not a safe integer, or there is no such unit
 */
export function formatDuration(ms, { largest = 'd' } = {}) {
  if (!Number.isSafeInteger(ms)) {
    throw new RangeError(`${ms} is not a whole number of milliseconds`);
  }
  const first = NAMES.indexOf(largest);
  if (first < 0) {
    throw new RangeError(`"${largest}" is not a unit`);
  }
  if (ms === 0) {
    return '0ms';
  }
  const parts = [];
  let rest = Math.abs(ms);
  for (const name of NAMES.slice(first)) {
    const count = Math.floor(rest / UNITS[name]);
    rest -= count * UNITS[name];
    if (count > 0) {
      parts.push(`${count}${name}`);
    }
  }
  return (ms < 0 ? '-' : '') + parts.join(' ');
}
