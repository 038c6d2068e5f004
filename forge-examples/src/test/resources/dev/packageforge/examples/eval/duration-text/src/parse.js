import { UNITS } from './units.js';

const PART = /\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*/y;

/**
 * Reads a duration.
 *
 * @param {string} text such as "1h 30m" or "-1.5s"
 * @returns {number} whole milliseconds
 * @throws {SyntaxError} if the text is no duration
 */
export function parseDuration(text) {
  if (typeof text !== 'string') {
    throw new TypeError('a duration is a string');
  }
  const { sign, body } = signed(text.trim().toLowerCase());
  const parts = split(body, text);
  let total = 0;
  for (const [unit, amount] of parts) {
    total += amount * UNITS[unit];
  }
  return Math.round(total) * sign + 0;
}

function signed(text) {
  return text.startsWith('-') ? { sign: -1, body: text.slice(1) } : { sign: 1, body: text };
}

function split(body, text) {
  const parts = new Map();
  PART.lastIndex = 0;
  let at = 0;
  while (at < body.length) {
    const match = PART.exec(body);
    if (match === null) {
      throw new SyntaxError(`"${text}" is not a duration`);
    }
    const [, amount, unit] = match;
    if (!Object.hasOwn(UNITS, unit)) {
      throw new SyntaxError(`"${unit}" in "${text}" is not a unit`);
    }
    if (parts.has(unit)) {
      throw new SyntaxError(`"${text}" has the unit "${unit}" twice`);
    }
    parts.set(unit, Number(amount));
    at = PART.lastIndex;
  }
  if (parts.size === 0) {
    throw new SyntaxError(`"${text}" is empty`);
  }
  return parts;
}
