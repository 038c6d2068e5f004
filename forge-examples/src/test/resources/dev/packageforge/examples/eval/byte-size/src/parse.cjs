const { BYTES } = require('./units.cjs');

const SIZE = /^\s*(-?\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i;

/**
 * Reads a size.
 *
 * @param {string} text such as "1.5 kB"
 * @returns {number} whole bytes
 * @throws {SyntaxError} if it is no size
 */
function parseBytes(text) {
  if (typeof text !== 'string') {
    throw new TypeError('a size is a string');
  }
  const [, amount, unit] = SIZE.exec(text) ?? [];
  const bytes = BYTES.get(unit?.toLowerCase());
  if (bytes === undefined) {
    throw new SyntaxError(`"${text}" is not a size`);
  }
  return Math.round(Number(amount) * bytes) + 0;
}

/** The bytes of all these sizes together. */
function sumBytes(texts) {
  return texts.reduce((sum, text) => sum + parseBytes(text), 0);
}

module.exports = { parseBytes, sumBytes };
