import assert from 'node:assert/strict';
import { test } from 'node:test';

import { freeze, fromEnv, get, require } from 'eval-config-layers';

test('reads the environment', () => {
  assert.deepEqual(fromEnv({ X_A_B: 'v', X_S__MAX_ITEM_2: '10', X_S__ON: 'true', Y_A: '1', X_: '1', XA: '1' }, 'X'), {
    aB: 'v',
    s: { maxItem2: 10, on: true },
  });
});

test('converts values', () => {
  const { a, b, c, d, e, f } = fromEnv({ X_A: 'false', X_B: 'null', X_C: '-0.5', X_D: '1.', X_E: ' 1', X_F: '' }, 'X');
  assert.deepEqual([a, b, c, d, e, f], [false, null, -0.5, '1.', ' 1', '']);
});

test('leaves prototypes alone', () => {
  fromEnv({ X___PROTO____POLLUTED: '1', X_CONSTRUCTOR__Y: '1' }, 'X');
  assert.equal({}.polluted, undefined);
  assert.equal(Object.y, undefined);
});

test('gets values and fallbacks', () => {
  const config = { a: { b: 0, n: null, u: undefined } };
  assert.equal(get(config, 'a.b', 1), 0);
  assert.equal(get(config, 'a.n', 1), null);
  assert.equal(get(config, 'a.u', 1), 1);
  assert.equal(get(config, 'a.b.c', 1), 1);
  assert.equal(get(config, 'a.n.x', 1), 1);
  assert.equal(get(config, 'a.hasOwnProperty'), undefined);
});

test('names all that is missing', () => {
  const config = { a: { b: 0 }, n: null };
  assert.equal(require(config, ['a.b', 'a']), config);
  assert.throws(() => require(config, ['n']), { message: 'missing in the configuration: n' });
  assert.throws(() => require(config, ['x', 'a.b', 'n', 'a.c']), { message: 'missing in the configuration: x, n, a.c' });
});

test('freezes all', () => {
  const config = { a: [{ b: 1 }], n: null, t: 'x' };
  assert.equal(freeze(config), config);
  assert.throws(() => config.a.push(1), TypeError);
  assert.throws(() => {
    config.a[0].b = 2;
  }, TypeError);
});
