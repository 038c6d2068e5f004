const LINE = /^([0-9a-f]+) {2}(.+)$/;

/** Writes checksums, one a line. */
export function formatList(hashes) {
  return [...hashes].map(([path, hash]) => `${hash}  ${path}\n`).join('');
}

/**
 * Reads what {@link formatList} writes.
 *
 * @param {string} text the list
 * @returns {Map<string, string>} checksums by path
 * @throws {SyntaxError} if a line has another form
 */
export function parseList(text) {
  const hashes = new Map();
  text.split(/\r?\n/).forEach((line, index) => {
    if (line.trim() === '') {
      return;
    }
    const match = LINE.exec(line);
    if (match === null) {
      throw new SyntaxError(`line ${index + 1} of the list has another form`);
    }
    hashes.set(match[2], match[1]);
  });
  return hashes;
}
