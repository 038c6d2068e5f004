import assert from 'node:assert/strict';
import { test } from 'node:test';

import { countWords, topWords, words } from 'eval-word-frequency';

test('finds words in every script', () => {
  assert.deepEqual(words("It's 'naïve' Ärger, 42!"), ["it's", 'naïve', 'ärger', '42']);
  assert.deepEqual(words("'' -- "), []);
});

test('counts them, the most frequent first', () => {
  assert.deepEqual(countWords('a b B c b a'), [['b', 3], ['a', 2], ['c', 1]]);
  assert.deepEqual(countWords(''), []);
});

test('orders equal counts by the alphabet', () => {
  assert.deepEqual(countWords('z y x z a'), [['z', 2], ['a', 1], ['x', 1], ['y', 1]]);
});

test('cuts the list', () => {
  assert.deepEqual(topWords('a a b c', 1), [['a', 2]]);
  assert.deepEqual(topWords('a a b', 9), [['a', 2], ['b', 1]]);
});

test('refuses a limit that is no positive integer', () => {
  for (const limit of [0, -1, 0.5, NaN]) {
    assert.throws(() => topWords('a', limit), { name: 'RangeError', message: /limit/ });
  }
});
