import assert from 'node:assert/strict';
import { test } from 'node:test';

import { UNITS, formatDuration, parseDuration } from 'eval-duration-text';

test('writes the largest unit first and no zeros', () => {
  assert.equal(formatDuration(86_400_000 + 60_000), '1d 1m');
  assert.equal(formatDuration(3_661_001), '1h 1m 1s 1ms');
  assert.equal(formatDuration(999), '999ms');
  assert.equal(formatDuration(59_999), '59s 999ms');
});

test('writes nothing and less than nothing', () => {
  assert.equal(formatDuration(0), '0ms');
  assert.equal(formatDuration(-1500), '-1s 500ms');
});

test('starts at the unit that it is told', () => {
  assert.equal(formatDuration(UNITS.w, { largest: 'w' }), '1w');
  assert.equal(formatDuration(UNITS.w), '7d');
  assert.equal(formatDuration(UNITS.d, { largest: 'm' }), '1440m');
});

test('refuses what it cannot write', () => {
  assert.throws(() => formatDuration(0.5), { name: 'RangeError', message: /whole number/ });
  assert.throws(() => formatDuration(1, { largest: 'x' }), { name: 'RangeError', message: '"x" is not a unit' });
});

test('writes what is read back', () => {
  for (const ms of [1, 61_001, 90_061_001, -5]) {
    assert.equal(parseDuration(formatDuration(ms)), ms);
  }
  assert.ok(Object.isFrozen(UNITS));
});
