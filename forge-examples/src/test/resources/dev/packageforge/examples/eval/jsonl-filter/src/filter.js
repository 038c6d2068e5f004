/** A line that is no JSON object. */
class BadLineError extends Error {
  name = 'BadLineError';
}

/**
 * The objects of JSON Lines that pass all conditions.
 *
 * @param {AsyncIterable<string> | Iterable<string>} lines the lines, without line ends
 * @param {object} [options]
 * @param {((record: object) => boolean)[]} [options.conditions] what must hold
 * @param {string[]} [options.select] the keys to keep
 * @param {number} [options.limit] how many at most
 * @param {boolean} [options.skipBad] whether to skip what is no object
 */
export async function* filterLines(lines, { conditions = [], select, limit = Infinity, skipBad = false } = {}) {
  let number = 0;
  let found = 0;
  for await (const line of lines) {
    number += 1;
    const record = read(line, number, skipBad);
    if (record === undefined || !conditions.every((holds) => holds(record))) {
      continue;
    }
    yield select === undefined ? record : only(record, select);
    found += 1;
    if (found >= limit) {
      return;
    }
  }
}

function read(line, number, skipBad) {
  if (line.trim() === '') {
    return undefined;
  }
  try {
    const record = JSON.parse(line);
    if (typeof record === 'object' && record !== null && !Array.isArray(record)) {
      return record;
    }
  } catch {
    // told below, as what is JSON but no object
  }
  if (skipBad) {
    return undefined;
  }
  throw new BadLineError(`line ${number}: this is not a JSON object`);
}

function only(record, keys) {
  return Object.fromEntries(keys.filter((key) => Object.hasOwn(record, key)).map((key) => [key, record[key]]));
}
