import assert from 'node:assert/strict';
import { test } from 'node:test';

import { satisfies } from 'eval-semver-mini';

test('knows the operators', () => {
  const holds = ['=', '', '<', '<=', '>', '>='].map((operator) =>
    ['1.2.2', '1.2.3', '1.2.4'].map((version) => satisfies(version, `${operator}1.2.3`)),
  );
  assert.deepEqual(holds, [
    [false, true, false],
    [false, true, false],
    [true, false, false],
    [true, true, false],
    [false, false, true],
    [false, true, true],
  ]);
});

test('wants all comparators to hold', () => {
  assert.equal(satisfies('1.5.0', ' >1.0.0  <2.0.0 '), true);
  assert.equal(satisfies('2.5.0', '>1.0.0 <2.0.0'), false);
});

test('knows the tilde', () => {
  assert.deepEqual(['1.2.2', '1.2.3', '1.2.9', '1.3.0'].map((v) => satisfies(v, '~1.2.3')), [false, true, true, false]);
});

test('knows the caret', () => {
  assert.deepEqual(['1.2.2', '1.9.9', '2.0.0'].map((v) => satisfies(v, '^1.2.3')), [false, true, false]);
  assert.deepEqual(['0.2.2', '0.2.4', '0.3.0'].map((v) => satisfies(v, '^0.2.3')), [false, true, false]);
  assert.deepEqual(['0.0.2', '0.0.3', '0.0.4'].map((v) => satisfies(v, '^0.0.3')), [false, true, false]);
});

test('refuses what it cannot read', () => {
  for (const range of ['', '1.x', '>', '1.2.3 -', '>>1.2.3']) {
    assert.throws(() => satisfies('1.2.3', range), { name: 'SyntaxError', message: /cannot be read/ }, range);
  }
});
