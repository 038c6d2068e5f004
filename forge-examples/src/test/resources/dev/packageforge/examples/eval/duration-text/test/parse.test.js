import assert from 'node:assert/strict';
import { test } from 'node:test';

import { UNITS, parseDuration } from 'eval-duration-text';

test('reads each unit', () => {
  const read = Object.fromEntries(Object.keys(UNITS).map((unit) => [unit, parseDuration(`2${unit}`)]));
  assert.deepEqual(read, { w: 1_209_600_000, d: 172_800_000, h: 7_200_000, m: 120_000, s: 2000, ms: 2 });
});

test('adds units up, in any order', () => {
  assert.equal(parseDuration('1h 30m'), 5_400_000);
  assert.equal(parseDuration(' 30 m1H '), 5_400_000);
  assert.equal(parseDuration('1s1ms'), 1001);
});

test('takes decimals and rounds', () => {
  assert.equal(parseDuration('1.5s'), 1500);
  assert.equal(parseDuration('0.4ms'), 0);
  assert.equal(parseDuration('0.5ms'), 1);
});

test('takes a minus for the whole', () => {
  assert.equal(parseDuration('-1s 5ms'), -1005);
  assert.equal(parseDuration('-0s'), 0);
});

test('refuses everything else', () => {
  assert.throws(() => parseDuration(''), { name: 'SyntaxError', message: '"" is empty' });
  assert.throws(() => parseDuration('-'), { name: 'SyntaxError' });
  assert.throws(() => parseDuration('5'), { name: 'SyntaxError', message: '"5" is not a duration' });
  assert.throws(() => parseDuration('5y'), { name: 'SyntaxError', message: '"y" in "5y" is not a unit' });
  assert.throws(() => parseDuration('1s 2s'), { name: 'SyntaxError', message: '"1s 2s" has the unit "s" twice' });
  assert.throws(() => parseDuration(5), { name: 'TypeError', message: 'a duration is a string' });
});
