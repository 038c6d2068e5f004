const NUMBER = '(0|[1-9]\\d*)';
const IDENTIFIER = '(?:0|[1-9]\\d*|\\d*[A-Za-z-][0-9A-Za-z-]*)';
const BUILD = '[0-9A-Za-z-]+';
const VERSION = new RegExp(
  `^${NUMBER}\\.${NUMBER}\\.${NUMBER}` +
    `(?:-(${IDENTIFIER}(?:\\.${IDENTIFIER})*))?` +
    `(?:\\+${BUILD}(?:\\.${BUILD})*)?$`,
);

/**
 * Reads a version.
 *
 * @param {string} text such as "1.2.3-rc.1"
 * @returns {{major: number, minor: number, patch: number, prerelease: (string | number)[]}}
 * @throws {SyntaxError} if it is no version
 */
function parse(text) {
  const match = VERSION.exec(text);
  if (match === null) {
    throw new SyntaxError(`"${text}" is not a version`);
  }
  const [, major, minor, patch, prerelease = ''] = match;
  return {
    major: Number(major),
    minor: Number(minor),
    patch: Number(patch),
    prerelease: prerelease === '' ? [] : prerelease.split('.').map(identifier),
  };
}

/** Whether {@link parse} can read it. */
function valid(text) {
  return VERSION.test(text);
}

function identifier(text) {
  return /^\d+$/.test(text) ? Number(text) : text;
}

module.exports = { parse, valid };
