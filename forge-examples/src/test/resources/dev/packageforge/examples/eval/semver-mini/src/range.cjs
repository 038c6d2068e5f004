const { compare } = require('./compare.cjs');
const { parse, valid } = require('./parse.cjs');

const COMPARATOR = /^(\^|~|<=|>=|<|>|=|)(.+)$/;

const TESTS = {
  '': (order) => order === 0,
  '=': (order) => order === 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/**
 * Whether a version lies in a range.
 *
 * @param {string} version a version
 * @param {string} range comparators, separated by blanks
 * @returns {boolean}
 * @throws {SyntaxError} if the range cannot be read
 */
function satisfies(version, range) {
  return comparators(range).every(([operator, bound]) => TESTS[operator](compare(version, bound)));
}

function comparators(range) {
  return range
    .trim()
    .split(/\s+/)
    .flatMap((text) => {
      const [, operator, bound] = COMPARATOR.exec(text) ?? [];
      if (!valid(bound)) {
        throw new SyntaxError(`"${text}" in the range "${range}" cannot be read`);
      }
      if (operator === '^' || operator === '~') {
        return [['>=', bound], ['<', operator === '^' ? afterCaret(bound) : afterTilde(bound)]];
      }
      return [[operator, bound]];
    });
}

function afterTilde(bound) {
  const { major, minor } = parse(bound);
  return `${major}.${minor + 1}.0`;
}

function afterCaret(bound) {
  const { major, minor, patch } = parse(bound);
  if (major > 0) {
    return `${major + 1}.0.0`;
  }
  return minor > 0 ? `0.${minor + 1}.0` : `0.0.${patch + 1}`;
}

module.exports = { satisfies };
