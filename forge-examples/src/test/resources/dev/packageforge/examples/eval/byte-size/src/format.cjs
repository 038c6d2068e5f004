const { BINARY, DECIMAL } = require('./units.cjs');

const MOST_DIGITS = 3;

/**
 * Writes a size.
 *
 * @param {number} bytes how many
 * @param {{binary?: boolean, digits?: number}} [options] digits: how many decimals at most
 * @returns {string} such as "1.5 kB"
 */
function formatBytes(bytes, { binary = false, digits = 1 } = {}) {
  if (!Number.isFinite(bytes)) {
    throw new RangeError(`${String(bytes)} is not a number of bytes`);
  }
  if (!Number.isInteger(digits) || digits < 0 || digits > MOST_DIGITS) {
    throw new RangeError(`digits must be from 0 to ${MOST_DIGITS}, was ${digits}`);
  }
  const size = Math.round(Math.abs(bytes));
  const sign = bytes < 0 && size > 0 ? '-' : '';
  const { value, unit } = scaled(size, binary ? BINARY : DECIMAL, digits);
  return `${sign}${value} ${unit}`;
}

function scaled(size, { step, names }, digits) {
  let value = size;
  let power = 0;
  // Rounded in each unit: what rounds up to a whole step belongs to the next one.
  while (round(value, power, digits) >= step && power < names.length - 1) {
    value /= step;
    power += 1;
  }
  return { value: round(value, power, digits), unit: names[power] };
}

function round(value, power, digits) {
  return power === 0 ? value : Number(value.toFixed(digits));
}

module.exports = { formatBytes };
