/**
 * All chunks of a stream.
 *
 * @template T
 * @param {AsyncIterable<T>} readable a stream, or another asynchronous iterable
 * @returns {Promise<T[]>}
 */
export async function collect(readable) {
  const chunks = [];
  for await (const chunk of readable) {
    chunks.push(chunk);
  }
  return chunks;
}
