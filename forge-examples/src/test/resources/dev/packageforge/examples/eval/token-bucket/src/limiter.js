import { setTimeout as timer } from 'node:timers/promises';

import { Bucket } from './bucket.js';

/**
 * A limiter that is full at first and gains tokens with time.
 *
 * @param {object} options
 * @param {number} options.capacity the largest number of tokens
 * @param {number} options.perSecond how many come back each second
 * @param {() => number} [options.now] the time in milliseconds
 * @param {(ms: number) => Promise<unknown>} [options.sleep] waits
 */
export function createLimiter({ capacity, perSecond, now = Date.now, sleep = timer }) {
  const bucket = new Bucket(capacity, perSecond, now);
  let waiters = 0;
  let last = Promise.resolve();

  async function waitAndTake(count, before) {
    await before;
    while (!bucket.take(count)) {
      await sleep(bucket.waitTime(count));
    }
  }

  return {
    available: () => bucket.available(),

    waitTime: (count = 1) => bucket.waitTime(count),

    tryTake(count = 1) {
      bucket.waitTime(count); // refuses a bad count, also while others wait
      return waiters === 0 && bucket.take(count);
    },

    async take(count = 1) {
      bucket.waitTime(count);
      waiters += 1;
      last = waitAndTake(count, last).finally(() => {
        waiters -= 1;
      });
      return last;
    },
  };
}
