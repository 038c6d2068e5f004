import { Heap } from './heap.js';
import { checkCompare, natural } from './order.js';

/** A queue from which the smallest item comes first; equals come as they were pushed. */
export class PriorityQueue {
  #compare;
  #heap;
  #pushed = 0;

  /**
   * @param {(a: any, b: any) => number} [compare] orders the items
   * @param {Iterable<any>} [items] fills the queue
   */
  constructor(compare = natural, items = []) {
    this.#compare = checkCompare(compare);
    this.clear();
    for (const item of items) {
      this.push(item);
    }
  }

  get size() {
    return this.#heap.size;
  }

  /** Adds an item and returns the new size. */
  push(item) {
    this.#heap.add({ item, number: this.#pushed++ });
    return this.#heap.size;
  }

  /** The first item, or undefined. */
  peek() {
    return this.#heap.first?.item;
  }

  /** Removes the first item and returns it. */
  pop() {
    const first = this.#heap.first;
    if (first !== undefined) {
      this.#heap.removeAt(0);
    }
    return first?.item;
  }

  /** Removes an item, and says whether it was there. */
  remove(item) {
    const index = this.#heap.indexOf((entry) => entry.item === item);
    if (index < 0) {
      return false;
    }
    this.#heap.removeAt(index);
    return true;
  }

  /** Puts an item that was changed into its place, and says whether it was there. */
  update(item) {
    const found = this.remove(item);
    if (found) {
      this.push(item);
    }
    return found;
  }

  clear() {
    this.#heap = new Heap((a, b) => this.#compare(a.item, b.item) || a.number - b.number);
  }

  /** All items in order. */
  toArray() {
    return this.#heap.sorted().map(({ item }) => item);
  }

  [Symbol.iterator]() {
    return this.toArray().values();
  }
}
