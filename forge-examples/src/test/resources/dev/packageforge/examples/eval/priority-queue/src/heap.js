/** A binary heap: each entry comes before the two that stand at twice its place. */
export class Heap {
  #entries = [];
  #compare;

  constructor(compare) {
    this.#compare = compare;
  }

  get size() {
    return this.#entries.length;
  }

  get first() {
    return this.#entries[0];
  }

  add(entry) {
    this.#entries.push(entry);
    this.#up(this.#entries.length - 1);
  }

  /** Removes the entry at a place. */
  removeAt(index) {
    const last = this.#entries.pop();
    if (index < this.#entries.length) {
      this.#entries[index] = last;
      this.#up(index);
      this.#down(index);
    }
  }

  /** The place of the first of the entries that pass a test, or -1. */
  indexOf(test) {
    let best = -1;
    this.#entries.forEach((entry, index) => {
      if (test(entry) && (best < 0 || this.#compare(entry, this.#entries[best]) < 0)) {
        best = index;
      }
    });
    return best;
  }

  /** All entries in order. */
  sorted() {
    return [...this.#entries].sort(this.#compare);
  }

  #up(start) {
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.#compare(this.#entries[parent], this.#entries[index]) <= 0) {
        return;
      }
      this.#swap(parent, index);
      index = parent;
    }
  }

  #down(start) {
    let index = start;
    for (;;) {
      const child = this.#smallerChild(index);
      if (child < 0 || this.#compare(this.#entries[index], this.#entries[child]) <= 0) {
        return;
      }
      this.#swap(child, index);
      index = child;
    }
  }

  #smallerChild(index) {
    const left = 2 * index + 1;
    const right = left + 1;
    if (left >= this.#entries.length) {
      return -1;
    }
    const useRight = right < this.#entries.length && this.#compare(this.#entries[right], this.#entries[left]) < 0;
    return useRight ? right : left;
  }

  #swap(a, b) {
    [this.#entries[a], this.#entries[b]] = [this.#entries[b], this.#entries[a]];
  }
}
