import { fromRoman } from './from-roman.js';
import { toRoman } from './to-roman.js';

/**
 * The sum of two numerals.
 *
 * @param {string} a a numeral
 * @param {string} b a numeral
 * @returns {string} a numeral
 * @throws {RangeError} if the sum has none
 */
export function add(a, b) {
  return toRoman(fromRoman(a) + fromRoman(b));
}

/** Orders numerals by their value. */
export function compare(a, b) {
  return fromRoman(a) - fromRoman(b);
}
