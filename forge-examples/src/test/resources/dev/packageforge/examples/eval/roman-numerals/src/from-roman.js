import { LARGEST, SYMBOLS } from './symbols.js';
import { toRoman } from './to-roman.js';

/**
 * The number of a numeral.
 *
 * @param {string} text a numeral in its canonical spelling, in any case
 * @returns {number} from 1 to 3999
 * @throws {SyntaxError} if it is no numeral, or not its canonical spelling
 */
export function fromRoman(text) {
  if (typeof text !== 'string') {
    throw new TypeError('a numeral is a string');
  }
  const upper = text.toUpperCase();
  const number = greedy(upper);
  // Whatever reads as a number but is not written like it is another spelling.
  if (number < 1 || number > LARGEST || toRoman(number) !== upper) {
    throw new SyntaxError(`"${text}" is not a Roman numeral`);
  }
  return number;
}

/** Whether a value is text that {@link fromRoman} reads. */
export function isRoman(value) {
  try {
    fromRoman(value);
    return true;
  } catch {
    return false;
  }
}

function greedy(text) {
  let number = 0;
  let at = 0;
  for (const [symbol, value] of SYMBOLS) {
    while (text.startsWith(symbol, at)) {
      number += value;
      at += symbol.length;
    }
  }
  return at === text.length ? number : 0;
}
