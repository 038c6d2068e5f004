import { positive } from './check.js';

/** Tokens that are taken, and come back with time. */
export class Bucket {
  #capacity;
  #perMillisecond;
  #now;
  #tokens;
  #countedAt;

  constructor(capacity, perSecond, now) {
    this.#capacity = positive('capacity', capacity);
    this.#perMillisecond = positive('perSecond', perSecond) / 1000;
    this.#now = now;
    this.#tokens = capacity;
    this.#countedAt = now();
  }

  /** How many tokens there are. */
  available() {
    const time = this.#now();
    const passed = Math.max(0, time - this.#countedAt);
    this.#tokens = Math.min(this.#capacity, this.#tokens + passed * this.#perMillisecond);
    this.#countedAt = time;
    return this.#tokens;
  }

  /** Takes tokens if they are there. */
  take(count) {
    const isEnough = this.waitTime(count) === 0;
    if (isEnough) {
      this.#tokens = Math.max(0, this.#tokens - count);
    }
    return isEnough;
  }

  /** In how many milliseconds that many tokens are there. */
  waitTime(count) {
    const lacking = this.#check(count) - this.available();
    // A hair less than a token is a token: fractions of them do not add up exactly.
    return lacking <= 1e-9 ? 0 : Math.ceil(lacking / this.#perMillisecond - 1e-6);
  }

  #check(count) {
    if (positive('count', count) > this.#capacity) {
      throw new RangeError(`count must be at most ${this.#capacity}, was ${count}`);
    }
    return count;
  }
}
