import { Transform } from 'node:stream';

/**
 * A stream that hands each line to a function and passes its results on.
 *
 * @param {(line: string, number: number) => unknown} fn may be asynchronous; null drops the line
 * @throws {TypeError} if fn is not a function
 */
export function mapLines(fn) {
  if (typeof fn !== 'function') {
    throw new TypeError('mapLines needs a function');
  }
  let number = 0;
  return new Transform({
    objectMode: true,
    async transform(line, encoding, done) {
      number += 1;
      try {
        for (const result of listOf(await fn(line, number))) {
          this.push(result);
        }
        done();
      } catch (error) {
        done(error);
      }
    },
  });
}

function listOf(result) {
  if (result === null || result === undefined) {
    return [];
  }
  return Array.isArray(result) ? result : [result];
}
