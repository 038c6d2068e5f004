/** Checks options and fills them up. */
function settings({ transpositions = false, ignoreCase = false, limit = Infinity } = {}) {
  if (typeof limit !== 'number' || !(limit >= 0)) {
    throw new RangeError(`limit must be a number of 0 or more, was ${String(limit)}`);
  }
  return { transpositions, ignoreCase, limit };
}

/** The code points of a text. */
function characters(text, ignoreCase) {
  if (typeof text !== 'string') {
    throw new TypeError(`only strings can be compared, not ${typeof text}`);
  }
  return Array.from(ignoreCase ? text.toLowerCase() : text);
}

module.exports = { characters, settings };
