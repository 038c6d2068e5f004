const { parse } = require('./parse.cjs');

/**
 * The next version.
 *
 * @param {string} text a version
 * @param {'major' | 'minor' | 'patch'} part what to count up
 * @returns {string} a version without prerelease
 * @throws {RangeError} if there is no such part
 */
function increment(text, part) {
  const { major, minor, patch, prerelease } = parse(text);
  switch (part) {
    case 'major':
      return `${major + 1}.0.0`;
    case 'minor':
      return `${major}.${minor + 1}.0`;
    case 'patch':
      return `${major}.${minor}.${prerelease.length > 0 ? patch : patch + 1}`;
    default:
      throw new RangeError(`"${part}" is not a part of a version`);
  }
}

module.exports = { increment };
