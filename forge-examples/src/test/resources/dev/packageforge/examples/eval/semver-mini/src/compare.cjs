const { parse } = require('./parse.cjs');

/**
 * Orders two versions.
 *
 * @param {string} a a version
 * @param {string} b a version
 * @returns {-1 | 0 | 1}
 */
function compare(a, b) {
  const left = parse(a);
  const right = parse(b);
  return (
    order(left.major, right.major) ||
    order(left.minor, right.minor) ||
    order(left.patch, right.patch) ||
    prereleases(left.prerelease, right.prerelease)
  );
}

/** A new list, the lowest version first. */
function sort(versions) {
  return [...versions].sort(compare);
}

function order(a, b) {
  if (a === b) {
    return 0;
  }
  return a < b ? -1 : 1;
}

function prereleases(a, b) {
  if (a.length === 0 || b.length === 0) {
    // A release comes after its prereleases.
    return order(b.length, a.length);
  }
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const result = identifiers(a[i], b[i]);
    if (result !== 0) {
      return result;
    }
  }
  return order(a.length, b.length);
}

function identifiers(a, b) {
  if (typeof a !== typeof b) {
    return typeof a === 'number' ? -1 : 1;
  }
  return order(a, b);
}

module.exports = { compare, sort };
