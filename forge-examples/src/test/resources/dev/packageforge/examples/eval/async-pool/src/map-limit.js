import { checkLimit } from './limit.js';

/**
 * Calls a function for each item, a limited number at a time.
 *
 * @template T, R
 * @param {Iterable<T>} items the items
 * @param {number} limit how many may run at once
 * @param {(item: T, index: number) => R | Promise<R>} fn what to do with each
 * @returns {Promise<R[]>} the results, in the order of the items
 */
export async function mapLimit(items, limit, fn) {
  const places = checkLimit(limit);
  const queue = [...items].entries();
  const results = [];
  let failed = false;

  async function worker() {
    for (const [index, item] of queue) {
      if (failed) {
        return;
      }
      try {
        results[index] = await fn(item, index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  }

  await Promise.all(Array.from({ length: places }, worker));
  return results;
}
