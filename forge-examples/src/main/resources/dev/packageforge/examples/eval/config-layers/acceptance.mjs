import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as config from 'PACKAGE';

const { freeze, fromEnv, get, mergeLayers } = config;

const plain = (value) => JSON.parse(JSON.stringify(value));

test('later layers win at every depth', () => {
  const merged = mergeLayers({ a: 1, s: { x: 1, y: { z: 1 } } }, { s: { y: { w: 2 } } }, { a: 3 });
  assert.deepEqual(plain(merged), { a: 3, s: { x: 1, y: { z: 1, w: 2 } } });
  assert.deepEqual(plain(mergeLayers()), {});
});

test('arrays, dates and null replace, undefined does not', () => {
  const date = new Date(0);
  const merged = mergeLayers({ l: [1, 2], o: { a: 1 }, n: 1, u: 1 }, { l: [3], o: null, n: date, u: undefined });
  assert.deepEqual(merged.l, [3]);
  assert.equal(merged.o, null);
  assert.equal(merged.n, date);
  assert.equal(merged.u, 1);
  assert.deepEqual(plain(mergeLayers({ a: [1] }, { a: { b: 1 } })), { a: { b: 1 } });
});

test('layers that are missing or wrong', () => {
  assert.deepEqual(plain(mergeLayers(null, { a: 1 }, undefined)), { a: 1 });
  for (const layer of [5, 'x', [1], new Date(0)]) {
    assert.throws(() => mergeLayers({}, layer), TypeError);
  }
});

test('nothing is changed or shared', () => {
  const first = { s: { a: 1 }, l: [1, { b: 1 }] };
  const second = { s: { c: 2 } };
  const merged = mergeLayers(first, second);
  merged.s.a = 9;
  merged.l.push(2);
  merged.l[1].b = 9;
  assert.deepEqual(first, { s: { a: 1 }, l: [1, { b: 1 }] });
  assert.deepEqual(second, { s: { c: 2 } });
});

test('no prototype is touched', () => {
  const merged = mergeLayers(JSON.parse('{"__proto__": {"polluted": 1}, "a": {"constructor": 1, "prototype": 2, "b": 3}}'));
  assert.equal({}.polluted, undefined);
  assert.equal(merged.polluted, undefined);
  assert.deepEqual(Object.keys(merged), ['a']);
  assert.deepEqual(Object.keys(merged.a), ['b']);
});

test('a layer from the environment', () => {
  const env = { APP_SERVER__MAX_SIZE: '5', APP_NAME: 'x', APP_SERVER__HOST: 'h', OTHER: '1', APPLE_X: '1', APP: 'y' };
  assert.deepEqual(plain(fromEnv(env, 'APP')), { server: { maxSize: 5, host: 'h' }, name: 'x' });
});

test('values from the environment', () => {
  const env = { P_A: 'true', P_B: 'false', P_C: 'null', P_D: '-1.5', P_E: '007x', P_F: '', P_G: '1e3', P_H: 'True', P_I: '0x10' };
  assert.deepEqual(plain(fromEnv(env, 'P')), {
    a: true, b: false, c: null, d: -1.5, e: '007x', f: '', g: '1e3', h: 'True', i: '0x10',
  });
});

test('get', () => {
  const value = { a: { b: { c: 1 }, n: null, u: undefined } };
  assert.equal(get(value, 'a.b.c'), 1);
  assert.equal(get(value, 'a.b.x'), undefined);
  assert.equal(get(value, 'a.x.y', 7), 7);
  assert.equal(get(value, 'a.n', 7), null);
  assert.equal(get(value, 'a.n.x', 7), 7);
  assert.equal(get(value, 'a.u', 7), 7);
  assert.equal(get(value, 'a.toString', 7), 7);
});

test('freeze', () => {
  const value = { a: { b: [{ c: 1 }] } };
  assert.equal(freeze(value), value);
  assert.ok(Object.isFrozen(value) && Object.isFrozen(value.a) && Object.isFrozen(value.a.b) && Object.isFrozen(value.a.b[0]));
});

test('require', () => {
  const value = { a: { b: 0 }, n: null };
  assert.equal(config.require(value, ['a.b']), value);
  assert.throws(() => config.require(value, ['x.y', 'a.b', 'n']), (error) => error instanceof Error && error.message.includes('x.y, n') && !error.message.includes('a.b'));
});
