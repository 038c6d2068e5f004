import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createLimiter } from 'PACKAGE';

const turn = () => new Promise((resolve) => setImmediate(resolve));

function setUp(options) {
  const clock = { time: 1_000_000, slept: [] };
  const limiter = createLimiter({
    now: () => clock.time,
    sleep: async (ms) => {
      clock.slept.push(ms);
      clock.time += ms;
    },
    ...options,
  });
  return { clock, limiter };
}

test('a bucket is full at first', () => {
  const { limiter } = setUp({ capacity: 3, perSecond: 1 });
  assert.equal(limiter.available(), 3);
  assert.deepEqual([1, 2, 3, 4].map(() => limiter.tryTake()), [true, true, true, false]);
});

test('tokens come back evenly, up to the capacity', () => {
  const { clock, limiter } = setUp({ capacity: 2, perSecond: 4 });
  assert.equal(limiter.tryTake(2), true);
  clock.time += 125;
  assert.equal(limiter.available(), 0.5);
  assert.equal(limiter.tryTake(), false);
  clock.time += 125;
  assert.equal(limiter.tryTake(), true);
  clock.time += 60_000;
  assert.equal(limiter.available(), 2);
});

test('several tokens are taken together or not at all', () => {
  const { limiter } = setUp({ capacity: 5, perSecond: 1 });
  assert.equal(limiter.tryTake(4), true);
  assert.equal(limiter.tryTake(2), false);
  assert.equal(limiter.available(), 1);
});

test('waiting time', () => {
  const { limiter } = setUp({ capacity: 10, perSecond: 3 });
  assert.equal(limiter.waitTime(10), 0);
  limiter.tryTake(10);
  assert.equal(limiter.waitTime(), 334);
  assert.equal(limiter.waitTime(3), 1000);
});

test('take waits as long as it must', async () => {
  const { clock, limiter } = setUp({ capacity: 1, perSecond: 2 });
  await limiter.take();
  assert.deepEqual(clock.slept, []);
  await limiter.take();
  assert.equal(clock.time, 1_000_500);
  assert.deepEqual(clock.slept, [500]);
});

test('take looks again after a short sleep', async () => {
  const slept = [];
  let time = 0;
  const limiter = createLimiter({
    capacity: 1,
    perSecond: 1,
    now: () => time,
    sleep: async (ms) => {
      slept.push(ms);
      time += Math.ceil(ms / 2);
    },
  });
  limiter.tryTake();
  await limiter.take();
  assert.ok(slept.length > 1);
  assert.ok(time >= 1000);
});

test('first come, first served', async () => {
  const wakers = [];
  let time = 0;
  const limiter = createLimiter({
    capacity: 4,
    perSecond: 1,
    now: () => time,
    sleep: () => new Promise((resolve) => wakers.push(resolve)),
  });
  assert.equal(limiter.tryTake(4), true);
  const order = [];
  limiter.take(3).then(() => order.push('three'));
  limiter.take(1).then(() => order.push('one'));
  await turn();
  time = 2000;
  assert.equal(limiter.tryTake(), false);
  wakers.splice(0).forEach((wake) => wake());
  await turn();
  assert.deepEqual(order, []);
  time = 4000;
  for (let i = 0; i < 5; i++) {
    wakers.splice(0).forEach((wake) => wake());
    await turn();
  }
  assert.deepEqual(order, ['three', 'one']);
  assert.equal(limiter.available(), 0);
});

test('a clock that goes back', () => {
  const { clock, limiter } = setUp({ capacity: 2, perSecond: 1 });
  limiter.tryTake(2);
  clock.time -= 5000;
  assert.equal(limiter.available(), 0);
  clock.time += 1000;
  assert.ok(limiter.available() <= 1);
});

test('bad settings', () => {
  for (const options of [{ capacity: 0, perSecond: 1 }, { capacity: 1, perSecond: -1 }, { capacity: NaN, perSecond: 1 }, { capacity: 1, perSecond: Infinity }, { capacity: 1 }]) {
    assert.throws(() => createLimiter(options), RangeError);
  }
});

test('bad counts', async () => {
  const { limiter } = setUp({ capacity: 2, perSecond: 1 });
  for (const count of [0, -1, 3, NaN, Infinity]) {
    assert.throws(() => limiter.tryTake(count), RangeError);
    assert.throws(() => limiter.waitTime(count), RangeError);
    await assert.rejects(limiter.take(count), RangeError);
  }
  assert.equal(limiter.available(), 2);
});

test('the defaults work with real time', async () => {
  const start = performance.now();
  const limiter = createLimiter({ capacity: 1, perSecond: 500 });
  assert.equal(limiter.tryTake(), true);
  await limiter.take();
  assert.ok(performance.now() - start >= 0.5);
});
