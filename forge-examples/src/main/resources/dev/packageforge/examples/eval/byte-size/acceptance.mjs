import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';

import { formatBytes, parseBytes, sumBytes } from 'PACKAGE';

const require = createRequire(import.meta.url);

test('units', () => {
  assert.equal(formatBytes(0), '0 B');
  assert.equal(formatBytes(999), '999 B');
  assert.equal(formatBytes(1000), '1 kB');
  assert.equal(formatBytes(1500), '1.5 kB');
  assert.equal(formatBytes(1e6), '1 MB');
  assert.equal(formatBytes(2.5e9), '2.5 GB');
  assert.equal(formatBytes(1e12), '1 TB');
  assert.equal(formatBytes(1e15), '1 PB');
  assert.equal(formatBytes(5e18), '5000 PB');
});

test('binary units', () => {
  assert.equal(formatBytes(1023, { binary: true }), '1023 B');
  assert.equal(formatBytes(1024, { binary: true }), '1 KiB');
  assert.equal(formatBytes(1536, { binary: true }), '1.5 KiB');
  assert.equal(formatBytes(1024 ** 3, { binary: true }), '1 GiB');
});

test('decimals', () => {
  assert.equal(formatBytes(1234), '1.2 kB');
  assert.equal(formatBytes(1234, { digits: 3 }), '1.234 kB');
  assert.equal(formatBytes(1200, { digits: 3 }), '1.2 kB');
  assert.equal(formatBytes(1600, { digits: 0 }), '2 kB');
  assert.equal(formatBytes(12.4), '12 B');
});

test('rounding into the next unit', () => {
  assert.equal(formatBytes(999_999), '1 MB');
  assert.equal(formatBytes(999_940), '999.9 kB');
  assert.equal(formatBytes(1024 ** 2 - 1, { binary: true }), '1 MiB');
});

test('negative', () => {
  assert.equal(formatBytes(-1500), '-1.5 kB');
  assert.equal(formatBytes(-1), '-1 B');
});

test('what cannot be formatted', () => {
  for (const bytes of [NaN, Infinity, '5']) {
    assert.throws(() => formatBytes(bytes), RangeError);
  }
  for (const digits of [-1, 4, 1.5]) {
    assert.throws(() => formatBytes(1, { digits }), RangeError);
  }
});

test('parse', () => {
  assert.equal(parseBytes('5'), 5);
  assert.equal(parseBytes('5 B'), 5);
  assert.equal(parseBytes('1.5kB'), 1500);
  assert.equal(parseBytes('1.5 KB'), 1500);
  assert.equal(parseBytes('2 mb'), 2_000_000);
  assert.equal(parseBytes('-1 GB'), -1e9);
  assert.equal(parseBytes('1 PB'), 1e15);
});

test('parse binary units', () => {
  assert.equal(parseBytes('1 KiB'), 1024);
  assert.equal(parseBytes('1.5mib'), 1_572_864);
  assert.equal(parseBytes('1K'), 1024);
  assert.equal(parseBytes('2g'), 2 * 1024 ** 3);
  assert.equal(parseBytes('0.3 B'), 0);
});

test('what is no size', () => {
  for (const text of ['', 'kB', '1 XB', '1,5 kB', '1 kB 2', '--1', '1.', '1e3']) {
    assert.throws(() => parseBytes(text), SyntaxError, JSON.stringify(text));
  }
  assert.throws(() => parseBytes(5), TypeError);
});

test('sum', () => {
  assert.equal(sumBytes(['1 kB', '500', '1 KiB']), 2524);
  assert.equal(sumBytes([]), 0);
  assert.throws(() => sumBytes(['1', 'x']), SyntaxError);
});

test('require has the same exports', () => {
  const required = require('PACKAGE');
  assert.equal(required.formatBytes(1000), '1 kB');
  assert.equal(required.parseBytes('1 kB'), 1000);
  assert.equal(required.sumBytes(['1', '2']), 3);
});
