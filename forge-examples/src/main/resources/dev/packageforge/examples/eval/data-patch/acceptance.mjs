import assert from 'node:assert/strict';
import { test } from 'node:test';

import { diff, get, patch, revert } from 'PACKAGE';

const plain = (value) => JSON.parse(JSON.stringify(value));

test('equal values have no differences', () => {
  assert.deepEqual(diff({ a: [1, { b: null }] }, { a: [1, { b: null }] }), []);
  assert.deepEqual(diff({ a: 1, b: 2 }, { b: 2, a: 1 }), []);
  assert.deepEqual(diff('x', 'x'), []);
});

test('keys in sorted order', () => {
  assert.deepEqual(plain(diff({ c: 1, a: 1, b: 1 }, { d: 4, b: 2, a: 1 })), [
    { op: 'replace', path: '/b', old: 1, value: 2 },
    { op: 'remove', path: '/c', old: 1 },
    { op: 'add', path: '/d', value: 4 },
  ]);
});

test('depth, and names with special characters', () => {
  assert.deepEqual(plain(diff({ 'a/b': { '~': 1 } }, { 'a/b': { '~': 2 } })), [
    { op: 'replace', path: '/a~1b/~0', old: 1, value: 2 },
  ]);
});

test('arrays', () => {
  assert.deepEqual(plain(diff([1, 2], [1, 3, 4, 5])), [
    { op: 'replace', path: '/1', old: 2, value: 3 },
    { op: 'add', path: '/2', value: 4 },
    { op: 'add', path: '/3', value: 5 },
  ]);
  assert.deepEqual(plain(diff([1, 2, 3], [1])), [
    { op: 'remove', path: '/2', old: 3 },
    { op: 'remove', path: '/1', old: 2 },
  ]);
});

test('other kinds and the whole document', () => {
  assert.deepEqual(plain(diff({ a: [1] }, { a: { 0: 1 } })), [{ op: 'replace', path: '/a', old: [1], value: { 0: 1 } }]);
  assert.deepEqual(plain(diff(null, [])), [{ op: 'replace', path: '', old: null, value: [] }]);
  assert.deepEqual(plain(diff({ a: null }, { a: 0 })), [{ op: 'replace', path: '/a', old: null, value: 0 }]);
});

test('get', () => {
  const document = { a: [{ 'x/y': 1 }], '': 2 };
  assert.equal(get(document, ''), document);
  assert.equal(get(document, '/a/0/x~1y'), 1);
  assert.equal(get(document, '/'), 2);
  for (const path of ['/b', '/a/1', '/a/0/x', '/a/length', '/toString', '/a/-']) {
    assert.equal(get(document, path), undefined, path);
  }
  assert.throws(() => get(document, 'a'), SyntaxError);
});

test('patch', () => {
  const document = { list: [1, 3], gone: 1 };
  const patched = patch(document, [
    { op: 'add', path: '/list/1', value: 2 },
    { op: 'add', path: '/list/-', value: 4 },
    { op: 'remove', path: '/gone' },
    { op: 'add', path: '/new', value: { a: 1 } },
    { op: 'replace', path: '/new/a', value: 2 },
  ]);
  assert.deepEqual(plain(patched), { list: [1, 2, 3, 4], new: { a: 2 } });
  assert.deepEqual(document, { list: [1, 3], gone: 1 });
  assert.deepEqual(plain(patch(document, [{ op: 'replace', path: '', value: [1] }])), [1]);
});

const PAIRS = [
  [{ a: 1 }, { b: [1, { c: 2 }] }],
  [[1, [2, [3]]], [[1], 2]],
  [{ l: [{ id: 1 }, { id: 2 }, { id: 3 }] }, { l: [{ id: 2 }] }],
  [null, { a: 1 }],
  ['x', 5],
  [{ a: { b: { c: [] } } }, { a: { b: {} , d: 'e' } }],
];

test('a difference leads to the other document', () => {
  for (const [before, after] of PAIRS) {
    assert.deepEqual(plain(patch(before, diff(before, after))), after);
    assert.deepEqual(plain(patch(after, diff(after, before))), before);
  }
});

test('a reverted difference leads back', () => {
  for (const [before, after] of PAIRS) {
    assert.deepEqual(plain(patch(after, revert(diff(before, after)))), before);
  }
});

test('patches that do not fit', () => {
  const document = { a: [1], b: { c: 1 } };
  for (const change of [
    { op: 'remove', path: '/x' },
    { op: 'replace', path: '/b/d', value: 1 },
    { op: 'add', path: '/x/y', value: 1 },
    { op: 'add', path: '/a/2', value: 1 },
    { op: 'remove', path: '/a/1' },
    { op: 'remove', path: '/b', old: { c: 2 } },
    { op: 'replace', path: '/a/0', old: 2, value: 3 },
  ]) {
    assert.throws(() => patch(document, [change]), RangeError, JSON.stringify(change));
  }
  assert.throws(() => patch(document, [{ op: 'remove', path: 'a' }]), SyntaxError);
});

test('no prototype is touched', () => {
  try {
    patch({}, [{ op: 'add', path: '/__proto__/polluted', value: 1 }]);
  } catch {
    // refusing it is as good as ignoring it
  }
  assert.equal({}.polluted, undefined);
});
