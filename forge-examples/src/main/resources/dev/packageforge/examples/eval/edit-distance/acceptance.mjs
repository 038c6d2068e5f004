import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';

import { closest, distance, rank, similarity } from 'PACKAGE';

const require = createRequire(import.meta.url);

test('known distances', () => {
  assert.equal(distance('kitten', 'sitting'), 3);
  assert.equal(distance('flaw', 'lawn'), 2);
  assert.equal(distance('saturday', 'sunday'), 3);
  assert.equal(distance('intention', 'execution'), 5);
});

test('edges', () => {
  assert.equal(distance('', ''), 0);
  assert.equal(distance('abc', ''), 3);
  assert.equal(distance('', 'abc'), 3);
  assert.equal(distance('same', 'same'), 0);
  assert.equal(distance('Same', 'same'), 1);
});

test('code points count', () => {
  assert.equal(distance('a😀b', 'ab'), 1);
  assert.equal(distance('😀', '😃'), 1);
});

test('transpositions', () => {
  assert.equal(distance('abcd', 'abdc'), 2);
  assert.equal(distance('abcd', 'abdc', { transpositions: true }), 1);
  assert.equal(distance('ca', 'abc', { transpositions: true }), 3);
  assert.equal(distance('ab', 'ba', { transpositions: true }), 1);
});

test('limit', () => {
  assert.equal(distance('kitten', 'sitting', { limit: 3 }), 3);
  assert.equal(distance('kitten', 'sitting', { limit: 2 }), Infinity);
  assert.equal(distance('a', 'a', { limit: 0 }), 0);
});

test('similarity', () => {
  assert.equal(similarity('', ''), 1);
  assert.equal(similarity('abcd', 'abcd'), 1);
  assert.equal(similarity('abcd', 'wxyz'), 0);
  assert.equal(similarity('abcd', 'abcx'), 0.75);
  assert.equal(similarity('😀😀', '😀x'), 0.5);
});

test('closest', () => {
  assert.equal(closest('comit', ['clone', 'commit', 'config']), 'commit');
  assert.equal(closest('a', ['b', 'c']), 'b');
  assert.equal(closest('a', []), undefined);
  assert.equal(closest('status', ['push', 'pull'], { limit: 2 }), undefined);
});

test('rank', () => {
  const ranked = rank('cat', ['dog', 'cart', 'bat', 'cat'], { limit: 2 });
  assert.deepEqual(ranked.map(({ value, distance: d }) => [value, d]), [['cat', 0], ['cart', 1], ['bat', 1]]);
  assert.deepEqual([...rank('x', [])], []);
});

test('case', () => {
  assert.equal(distance('ABC', 'abd', { ignoreCase: true }), 1);
  assert.equal(closest('STATUS', ['Stats', 'Status'], { ignoreCase: true, limit: 0 }), 'Status');
  assert.deepEqual(rank('x', ['X'], { ignoreCase: true }).map((r) => [r.value, r.distance]), [['X', 0]]);
});

test('bad arguments', () => {
  assert.throws(() => distance('a', 5), TypeError);
  assert.throws(() => distance(null, 'a'), TypeError);
  assert.throws(() => closest('a', [1, 'b']), TypeError);
  assert.throws(() => distance('a', 'b', { limit: -1 }), RangeError);
  assert.throws(() => rank('a', ['b'], { limit: '2' }), RangeError);
});

test('require has the same exports', () => {
  const required = require('PACKAGE');
  assert.equal(required.distance('ab', 'ac'), 1);
  assert.equal(required.similarity('ab', 'ac'), 0.5);
  assert.equal(required.closest('ab', ['ac']), 'ac');
  assert.equal(required.rank('ab', ['ac']).length, 1);
});
