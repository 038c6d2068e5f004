const { distance } = require('./distance.cjs');

/**
 * The candidates within the limit, the nearest first.
 *
 * @param {string} word what they are compared to
 * @param {string[]} candidates any texts
 * @param {{transpositions?: boolean, ignoreCase?: boolean, limit?: number}} [options]
 * @returns {{value: string, distance: number}[]}
 */
function rank(word, candidates, options) {
  return candidates
    .map((value) => ({ value, distance: distance(word, value, options) }))
    .filter((each) => each.distance !== Infinity)
    .sort((a, b) => a.distance - b.distance);
}

/** The nearest candidate within the limit, or undefined. */
function closest(word, candidates, options) {
  return rank(word, candidates, options)[0]?.value;
}

module.exports = { closest, rank };
