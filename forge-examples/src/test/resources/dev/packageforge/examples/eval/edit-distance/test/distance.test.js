import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';

import * as imported from 'eval-edit-distance';

const { distance, similarity } = imported;

test('counts changes', () => {
  assert.equal(distance('kitten', 'sitting'), 3);
  assert.equal(distance('abc', 'abc'), 0);
  assert.equal(distance('', 'ab'), 2);
  assert.equal(distance('ab', ''), 2);
  assert.equal(distance('abc', 'xabc'), 1);
  assert.equal(distance('abc', 'ab'), 1);
});

test('counts an emoji once', () => {
  assert.equal(distance('😀', 'x'), 1);
});

test('counts swapped neighbours once if it is told to', () => {
  assert.equal(distance('ab', 'ba'), 2);
  assert.equal(distance('ab', 'ba', { transpositions: true }), 1);
  assert.equal(distance('xaby', 'xbay', { transpositions: true }), 1);
  assert.equal(distance('ca', 'abc', { transpositions: true }), 3);
});

test('stops at the limit', () => {
  assert.equal(distance('abc', 'xyz', { limit: 3 }), 3);
  assert.equal(distance('abc', 'xyz', { limit: 2 }), Infinity);
  assert.equal(distance('a', 'abcd', { limit: 2 }), Infinity);
  assert.equal(distance('a', 'abc', { limit: 2 }), 2);
  assert.throws(() => distance('a', 'b', { limit: -1 }), { name: 'RangeError', message: /was -1/ });
  assert.throws(() => distance('a', 'b', { limit: NaN }), RangeError);
});

test('tells how alike texts are', () => {
  assert.equal(similarity('', ''), 1);
  assert.equal(similarity('ab', 'ac'), 0.5);
  assert.equal(similarity('abcd', 'ab'), 0.5);
});

test('compares strings only', () => {
  assert.throws(() => distance('a', 1), { name: 'TypeError', message: 'only strings can be compared, not number' });
  assert.throws(() => similarity(undefined, 'a'), TypeError);
});

test('is the same for require', () => {
  const required = createRequire(import.meta.url)('eval-edit-distance');
  assert.deepEqual(Object.keys(required).sort(), Object.keys(imported).sort());
  assert.equal(required.distance, distance);
});
