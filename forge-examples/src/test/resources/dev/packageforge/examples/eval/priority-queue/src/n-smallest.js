import { Heap } from './heap.js';
import { checkCompare, natural } from './order.js';

/**
 * The smallest items, in order.
 *
 * @template T
 * @param {Iterable<T>} items the items; may be many
 * @param {number} n how many to return at most
 * @param {(a: T, b: T) => number} [compare] orders the items
 * @returns {T[]}
 */
export function nSmallest(items, n, compare = natural) {
  checkCompare(compare);
  if (!Number.isInteger(n) || n < 0) {
    throw new RangeError(`n must be an integer of 0 or more, was ${String(n)}`);
  }
  // The largest of those that are kept stands first: it is the next to go.
  const heap = new Heap((a, b) => compare(b.item, a.item) || b.number - a.number);
  let number = 0;
  for (const item of items) {
    heap.add({ item, number: number++ });
    if (heap.size > n) {
      heap.removeAt(0);
    }
  }
  return heap
    .sorted()
    .reverse()
    .map(({ item }) => item);
}
