import { LARGEST, SYMBOLS } from './symbols.js';

/**
 * The numeral of a number.
 *
 * @param {number} number from 1 to 3999
 * @returns {string} capital letters
 * @throws {RangeError} if there is no numeral
 */
export function toRoman(number) {
  if (!Number.isInteger(number) || number < 1 || number > LARGEST) {
    throw new RangeError(`only integers from 1 to ${LARGEST} have a numeral, not ${number}`);
  }
  let rest = number;
  let text = '';
  for (const [symbol, value] of SYMBOLS) {
    while (rest >= value) {
      text += symbol;
      rest -= value;
    }
  }
  return text;
}
