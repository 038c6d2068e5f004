import { checkLimit } from './limit.js';

/**
 * A pool in which a limited number of functions run at once.
 *
 * @param {number} limit how many
 */
export function createPool(limit) {
  return new Pool(checkLimit(limit));
}

class Pool {
  #limit;
  #active = 0;
  #queue = [];
  #watchers = [];

  constructor(limit) {
    this.#limit = limit;
  }

  /** How many run. */
  get active() {
    return this.#active;
  }

  /** How many wait for a place. */
  get waiting() {
    return this.#queue.length;
  }

  /** Runs a function when there is a place for it; resolves or rejects as it does. */
  run(fn) {
    return new Promise((resolve, reject) => {
      this.#queue.push({ fn, resolve, reject });
      this.#next();
    });
  }

  /** Resolves when nothing runs or waits. */
  idle() {
    if (this.#active === 0 && this.#queue.length === 0) {
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.#watchers.push(resolve);
    });
  }

  /** Drops all that wait. */
  clear() {
    for (const { reject } of this.#queue.splice(0)) {
      const error = new Error('dropped before it was started');
      error.name = 'AbortError';
      reject(error);
    }
  }

  #next() {
    while (this.#active < this.#limit && this.#queue.length > 0) {
      this.#start(this.#queue.shift());
    }
    if (this.#active === 0) {
      this.#watchers.splice(0).forEach((resolve) => resolve());
    }
  }

  async #start({ fn, resolve, reject }) {
    this.#active += 1;
    try {
      resolve(await fn());
    } catch (error) {
      reject(error);
    } finally {
      this.#active -= 1;
      this.#next();
    }
  }
}
