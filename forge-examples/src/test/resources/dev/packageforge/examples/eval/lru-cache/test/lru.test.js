import assert from 'node:assert/strict';
import { test } from 'node:test';

import { LruCache } from 'eval-lru-cache';

function watched(options) {
  const gone = [];
  const clock = { time: 0 };
  const cache = new LruCache({ now: () => clock.time, onEvict: (...all) => gone.push(all), ...options });
  return { cache, clock, gone };
}

test('holds as many as it may', () => {
  const { cache, gone } = watched({ max: 2 });
  cache.set('a', 1).set('b', 2);
  assert.deepEqual(gone, []);
  cache.set('c', 3);
  assert.deepEqual(gone, [['a', 1, 'capacity']]);
  assert.deepEqual(cache.keys(), ['c', 'b']);
  assert.equal(cache.size, 2);
});

test('counts get as use, peek and has not', () => {
  const { cache } = watched({ max: 3 });
  cache.set('a', 1).set('b', 2).set('c', 3);
  assert.equal(cache.get('a'), 1);
  assert.deepEqual(cache.keys(), ['a', 'c', 'b']);
  assert.equal(cache.peek('b'), 2);
  assert.equal(cache.has('b'), true);
  assert.deepEqual(cache.keys(), ['a', 'c', 'b']);
  assert.equal(cache.get('z'), undefined);
  assert.equal(cache.has('z'), false);
});

test('replaces a value', () => {
  const { cache, gone } = watched({ max: 2 });
  cache.set('a', 1).set('b', 2).set('a', 3);
  assert.equal(cache.peek('a'), 3);
  assert.deepEqual(cache.keys(), ['a', 'b']);
  assert.deepEqual(gone, []);
});

test('forgets after the time to live', () => {
  const { cache, clock, gone } = watched({ max: 2, ttl: 10 });
  cache.set('a', 1);
  clock.time = 9;
  assert.equal(cache.peek('a'), 1);
  clock.time = 10;
  assert.equal(cache.peek('a'), undefined);
  assert.deepEqual(gone, [['a', 1, 'expired']]);
  assert.equal(cache.size, 0);
});

test('starts the time to live anew with set', () => {
  const { cache, clock } = watched({ max: 2, ttl: 10 });
  cache.set('a', 1);
  clock.time = 8;
  cache.set('a', 2);
  clock.time = 17;
  assert.equal(cache.get('a'), 2);
  clock.time = 18;
  assert.equal(cache.get('a'), undefined);
});

test('deletes', () => {
  const { cache, clock, gone } = watched({ max: 3, ttl: 10 });
  cache.set('a', 1).set('b', 2);
  assert.equal(cache.delete('a'), true);
  assert.equal(cache.delete('a'), false);
  clock.time = 10;
  assert.equal(cache.delete('b'), false);
  cache.set('c', 3).clear();
  assert.equal(cache.size, 0);
  assert.deepEqual(gone, []);
});

test('refuses a maximum that is none', () => {
  for (const max of [0, -3, 2.5, undefined]) {
    assert.throws(() => new LruCache({ max }), { name: 'RangeError', message: `max must be a positive integer, was ${max}` });
  }
  assert.equal(new LruCache({ max: 1 }).set('a', 1).set('b', 2).size, 1);
});
