import assert from 'node:assert/strict';
import { test } from 'node:test';

import { UNITS, formatDuration, parseDuration } from 'PACKAGE';

test('single units', () => {
  assert.equal(parseDuration('1ms'), 1);
  assert.equal(parseDuration('1s'), 1000);
  assert.equal(parseDuration('2m'), 120_000);
  assert.equal(parseDuration('1h'), 3_600_000);
  assert.equal(parseDuration('1d'), 86_400_000);
  assert.equal(parseDuration('1w'), 604_800_000);
});

test('several units, in any order, with or without blanks', () => {
  assert.equal(parseDuration('1h 30m'), 5_400_000);
  assert.equal(parseDuration('30m1h'), 5_400_000);
  assert.equal(parseDuration('  1 h 30 m 5 s '), 5_405_000);
});

test('decimals, case and rounding', () => {
  assert.equal(parseDuration('1.5H'), 5_400_000);
  assert.equal(parseDuration('0.25s'), 250);
  assert.equal(parseDuration('1.6ms'), 2);
  assert.equal(parseDuration('250MS'), 250);
});

test('negative', () => {
  assert.equal(parseDuration('-1m 30s'), -90_000);
});

test('what is no duration', () => {
  for (const text of ['', ' ', '5', '5x', 'h', '1h 2h', '1h-2m', '1h 5', 'one hour', '1,5h', '--1s']) {
    assert.throws(() => parseDuration(text), SyntaxError, JSON.stringify(text));
  }
  for (const value of [5, null, undefined]) {
    assert.throws(() => parseDuration(value), TypeError);
  }
});

test('format', () => {
  assert.equal(formatDuration(5_400_000), '1h 30m');
  assert.equal(formatDuration(0), '0ms');
  assert.equal(formatDuration(1), '1ms');
  assert.equal(formatDuration(90_061_001), '1d 1h 1m 1s 1ms');
  assert.equal(formatDuration(-61_000), '-1m 1s');
});

test('the largest unit', () => {
  assert.equal(formatDuration(8 * 86_400_000), '8d');
  assert.equal(formatDuration(8 * 86_400_000, { largest: 'w' }), '1w 1d');
  assert.equal(formatDuration(90_000_000, { largest: 'h' }), '25h');
  assert.equal(formatDuration(90_000, { largest: 'ms' }), '90000ms');
});

test('what cannot be formatted', () => {
  for (const value of [1.5, NaN, Infinity, 2 ** 60]) {
    assert.throws(() => formatDuration(value), RangeError);
  }
  assert.throws(() => formatDuration(1, { largest: 'y' }), RangeError);
  assert.throws(() => formatDuration(1, { largest: 'toString' }), RangeError);
});

test('units', () => {
  assert.equal(UNITS.h, 3_600_000);
  assert.deepEqual(Object.keys(UNITS).sort(), ['d', 'h', 'm', 'ms', 's', 'w']);
  assert.ok(Object.isFrozen(UNITS));
});

test('what was written is read back', () => {
  for (const ms of [1, 999, 1000, 86_399_999, 604_800_000, -5_025]) {
    assert.equal(parseDuration(formatDuration(ms)), ms);
  }
});
