import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parsePath, pick } from 'eval-json-pick';

const DOCUMENT = { a: { b: [10, 20, 30] }, list: [{ id: 1 }, {}, { id: null }] };

test('follows names', () => {
  assert.deepEqual(pick(DOCUMENT, 'a.b'), [[10, 20, 30]]);
  assert.deepEqual(pick(DOCUMENT, '.'), [DOCUMENT]);
});

test('follows positions from both ends', () => {
  assert.deepEqual(pick(DOCUMENT, 'a.b[0]'), [10]);
  assert.deepEqual(pick(DOCUMENT, 'a.b[2]'), [30]);
  assert.deepEqual(pick(DOCUMENT, 'a.b[-1]'), [30]);
  assert.deepEqual(pick(DOCUMENT, 'a.b[-3]'), [10]);
  assert.deepEqual(pick([[7]], '[0][0]'), [7]);
});

test('follows all, and skips those that lack the rest', () => {
  assert.deepEqual(pick(DOCUMENT, 'list[*].id'), [1, null]);
  assert.deepEqual(pick(DOCUMENT, 'a.*[1]'), [20]);
});

test('finds nothing where nothing is', () => {
  for (const path of ['x', 'a.b[3]', 'a.b[-4]', 'a.b.length', 'a[0]', 'a.b[0].c', 'a.constructor']) {
    assert.deepEqual(pick(DOCUMENT, path), [], path);
  }
});

test('splits paths', () => {
  assert.deepEqual(parsePath('a[0].b'), ['a', 0, 'b']);
  assert.deepEqual(parsePath('.'), []);
});

test('refuses what is no path', () => {
  for (const path of ['', 'a..b', 'a.', '.a', 'a[x]', 'a[', 'a[0]b', 'a[0]bc', 'a]']) {
    assert.throws(() => parsePath(path), { name: 'SyntaxError', message: /is not a path/ }, path);
  }
  assert.throws(() => parsePath(''), { message: '"" is not a path, see character 1' });
  assert.throws(() => parsePath('a[x]'), { message: '"a[x]" is not a path, see character 2' });
});
