import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parse, stringify } from 'eval-ini-reader';

test('writes values before sections', () => {
  assert.equal(stringify({ s: { a: 1 }, b: true, t: { c: 'x' } }), 'b=true\n\n[s]\na=1\n\n[t]\nc=x\n');
  assert.equal(stringify({ s: {} }), '[s]\n');
  assert.equal(stringify({}), '');
});

test('quotes what would be read as something else', () => {
  assert.equal(stringify({ a: 'true', b: 'x ', c: '"x"', d: '"', e: 'x y' }), 'a="true"\nb="x "\nc=""x""\nd="\ne=x y\n');
});

test('writes what parse reads back', () => {
  const value = { a: '', b: false, c: 'false', s: { d: '""', e: ';x' } };
  assert.deepEqual(parse(stringify(value)), value);
});

test('refuses what has no place in a file', () => {
  assert.throws(() => stringify({ a: null }), { name: 'TypeError', message: /^a is neither/ });
  assert.throws(() => stringify({ a: [1] }), TypeError);
  assert.throws(() => stringify({ s: { t: {} } }), { name: 'TypeError', message: /^t is neither/ });
});
