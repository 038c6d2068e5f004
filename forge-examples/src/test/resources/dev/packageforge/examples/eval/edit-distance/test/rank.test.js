import assert from 'node:assert/strict';
import { test } from 'node:test';

import { closest, rank } from 'eval-edit-distance';

test('puts the nearest first, equals as they came', () => {
  assert.deepEqual(rank('cat', ['cart', 'dog', 'bat', 'cat']), [
    { value: 'cat', distance: 0 },
    { value: 'cart', distance: 1 },
    { value: 'bat', distance: 1 },
    { value: 'dog', distance: 3 },
  ]);
});

test('leaves out what is beyond the limit', () => {
  assert.deepEqual(rank('cat', ['dog', 'cut'], { limit: 1 }), [{ value: 'cut', distance: 1 }]);
  assert.deepEqual(rank('cat', []), []);
});

test('finds the closest', () => {
  assert.equal(closest('psuh', ['pull', 'push'], { transpositions: true }), 'push');
  assert.equal(closest('x', ['a', 'b']), 'a');
  assert.equal(closest('x', ['abc'], { limit: 2 }), undefined);
});

test('ignores case if it is told to', () => {
  assert.equal(closest('PUSH', ['Push'], { limit: 0, ignoreCase: true }), 'Push');
  assert.equal(closest('PUSH', ['Push'], { limit: 0 }), undefined);
});
