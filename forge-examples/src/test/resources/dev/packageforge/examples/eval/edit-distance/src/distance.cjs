const { characters, settings } = require('./options.cjs');

/**
 * How many changes turn one text into another.
 *
 * @param {string} a a text
 * @param {string} b a text
 * @param {{transpositions?: boolean, ignoreCase?: boolean, limit?: number}} [options]
 * @returns {number} Infinity if it is above the limit
 */
function distance(a, b, options) {
  const { transpositions, ignoreCase, limit } = settings(options);
  const left = characters(a, ignoreCase);
  const right = characters(b, ignoreCase);
  const result = changes(left, right, transpositions);
  return result > limit ? Infinity : result;
}

/** How alike two texts are, from 0 to 1. */
function similarity(a, b) {
  const longer = Math.max(characters(a).length, characters(b).length);
  return longer === 0 ? 1 : 1 - distance(a, b) / longer;
}

// Row i holds the distances between the first i characters of left and each start of right.
function changes(left, right, transpositions) {
  let beforeLast = [];
  let last = Array.from({ length: right.length + 1 }, (_, j) => j);
  for (let i = 1; i <= left.length; i++) {
    const row = [i];
    for (let j = 1; j <= right.length; j++) {
      const replaced = last[j - 1] + (left[i - 1] === right[j - 1] ? 0 : 1);
      row[j] = Math.min(replaced, last[j] + 1, row[j - 1] + 1);
      if (transpositions && isSwap(left, right, i, j)) {
        row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
      }
    }
    beforeLast = last;
    last = row;
  }
  return last[right.length];
}

function isSwap(left, right, i, j) {
  return left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
}

module.exports = { distance, similarity };
