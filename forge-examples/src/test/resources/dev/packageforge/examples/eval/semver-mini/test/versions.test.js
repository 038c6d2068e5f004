import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';

import * as imported from 'eval-semver-mini';

const { compare, increment, parse, sort, valid } = imported;

test('reads versions', () => {
  assert.deepEqual(parse('1.20.3'), { major: 1, minor: 20, patch: 3, prerelease: [] });
  assert.deepEqual(parse('0.0.0-a.1.b-2+x.01'), { major: 0, minor: 0, patch: 0, prerelease: ['a', 1, 'b-2'] });
});

test('reads nothing else', () => {
  for (const text of ['1', '1.2', '1.2.3-', '1.2.3-a..b', '1.2.3-00', '1.02.3', 'v1.2.3', '1.2.3+']) {
    assert.equal(valid(text), false, text);
    assert.throws(() => parse(text), { name: 'SyntaxError', message: `"${text}" is not a version` });
  }
  assert.equal(valid('1.2.3-a'), true);
});

test('orders versions', () => {
  const ordered = ['0.0.1', '0.1.0', '1.0.0-1', '1.0.0-2', '1.0.0-a', '1.0.0-a.1', '1.0.0-b', '1.0.0', '1.0.10', '1.1.0', '2.0.0'];
  for (const [i, a] of ordered.entries()) {
    for (const [j, b] of ordered.entries()) {
      assert.equal(compare(a, b), Math.sign(i - j), `${a} ${b}`);
    }
  }
  const shuffled = [...ordered].reverse();
  assert.deepEqual(sort(shuffled), ordered);
  assert.equal(shuffled[0], '2.0.0');
});

test('counts up', () => {
  assert.equal(increment('1.2.3', 'major'), '2.0.0');
  assert.equal(increment('1.2.3', 'minor'), '1.3.0');
  assert.equal(increment('1.2.3', 'patch'), '1.2.4');
  assert.equal(increment('1.2.3-a', 'patch'), '1.2.3');
  assert.equal(increment('1.2.3-a', 'minor'), '1.3.0');
  assert.throws(() => increment('1.2.3', 'x'), { name: 'RangeError', message: '"x" is not a part of a version' });
});

test('is the same for require', () => {
  const required = createRequire(import.meta.url)('eval-semver-mini');
  assert.deepEqual(Object.keys(required).sort(), Object.keys(imported).sort());
  assert.equal(required.compare, compare);
});
