import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createLimiter } from 'eval-token-bucket';

const turn = () => new Promise((resolve) => setImmediate(resolve));

function setUp(capacity, perSecond) {
  const clock = { time: 5000, slept: [] };
  const sleep = async (ms) => {
    clock.slept.push(ms);
    clock.time += ms;
  };
  return { clock, limiter: createLimiter({ capacity, perSecond, now: () => clock.time, sleep }) };
}

test('starts full', () => {
  const { limiter } = setUp(2, 1);
  assert.deepEqual([limiter.tryTake(), limiter.tryTake(), limiter.tryTake()], [true, true, false]);
});

test('gains tokens with time, up to its capacity', () => {
  const { clock, limiter } = setUp(4, 2);
  assert.equal(limiter.tryTake(4), true);
  clock.time += 250;
  assert.equal(limiter.available(), 0.5);
  clock.time += 249;
  assert.equal(limiter.tryTake(), false);
  clock.time += 1;
  assert.equal(limiter.tryTake(), true);
  clock.time += 60_000;
  assert.equal(limiter.available(), 4);
});

test('knows how long it takes', () => {
  const { limiter } = setUp(2, 3);
  assert.equal(limiter.waitTime(2), 0);
  limiter.tryTake(2);
  assert.equal(limiter.waitTime(), 334);
  assert.equal(limiter.waitTime(2), 667);
});

test('waits for tokens', async () => {
  const { clock, limiter } = setUp(1, 4);
  await limiter.take();
  await limiter.take();
  await limiter.take();
  assert.deepEqual(clock.slept, [250, 250]);
});

test('serves first who came first', async () => {
  const { limiter, clock } = setUp(3, 1);
  limiter.tryTake(3);
  const order = [];
  const all = [3, 1, 2].map((count) => limiter.take(count).then(() => order.push(count)));
  assert.equal(limiter.tryTake(), false);
  await Promise.all(all);
  assert.deepEqual(order, [3, 1, 2]);
  assert.equal(clock.time, 11_000);
  await turn();
  clock.time += 1000;
  assert.equal(limiter.tryTake(), true);
});

test('gains nothing from a clock that goes back', () => {
  const { clock, limiter } = setUp(1, 1);
  limiter.tryTake();
  clock.time -= 10_000;
  assert.equal(limiter.available(), 0);
  clock.time += 500;
  assert.equal(limiter.available(), 0.5);
});

test('refuses bad numbers', async () => {
  assert.throws(() => setUp(0, 1), { name: 'RangeError', message: 'capacity must be a number above 0, was 0' });
  assert.throws(() => setUp(1, NaN), { name: 'RangeError', message: /^perSecond / });
  const { limiter } = setUp(1, 1);
  assert.throws(() => limiter.tryTake(0), { name: 'RangeError', message: /^count / });
  assert.throws(() => limiter.waitTime(2), { name: 'RangeError', message: 'count must be at most 1, was 2' });
  await assert.rejects(limiter.take(2), RangeError);
  assert.equal(limiter.tryTake(1), true);
});
