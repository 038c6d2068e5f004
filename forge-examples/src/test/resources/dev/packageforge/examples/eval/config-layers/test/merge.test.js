import assert from 'node:assert/strict';
import { test } from 'node:test';

import { mergeLayers } from 'eval-config-layers';

test('lets later layers win at every depth', () => {
  assert.deepEqual(mergeLayers({ a: 1, s: { x: 1 } }, { s: { y: { z: 2 } } }, { s: { x: 3 } }), { a: 1, s: { x: 3, y: { z: 2 } } });
});

test('replaces what cannot be merged', () => {
  assert.deepEqual(mergeLayers({ a: [1, 2], b: {}, c: 1 }, { a: [3], b: 5, c: { d: 1 } }), { a: [3], b: 5, c: { d: 1 } });
  assert.deepEqual(mergeLayers({ a: 1, b: 2 }, { a: undefined, b: null }), { a: 1, b: null });
});

test('takes layers that are missing, and no others', () => {
  assert.deepEqual(mergeLayers(undefined, { a: 1 }, null), { a: 1 });
  assert.throws(() => mergeLayers([]), { name: 'TypeError', message: 'a layer is a plain object' });
  assert.throws(() => mergeLayers('a'), TypeError);
});

test('shares nothing', () => {
  const layer = { s: { l: [{ a: 1 }] } };
  const merged = mergeLayers(layer);
  merged.s.l[0].a = 2;
  assert.deepEqual(layer, { s: { l: [{ a: 1 }] } });
});

test('leaves prototypes alone', () => {
  const merged = mergeLayers(JSON.parse('{"__proto__":{"x":1},"constructor":1,"prototype":1,"ok":1}'));
  assert.deepEqual(Object.keys(merged), ['ok']);
  assert.equal({}.x, undefined);
});
