import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';

import * as imported from 'eval-byte-size';

const { formatBytes, parseBytes, sumBytes } = imported;

test('finds the unit', () => {
  const shown = [0, 1, 999, 1000, 1e6, 1e9, 1e12, 1e15, 1e18].map((bytes) => formatBytes(bytes));
  assert.deepEqual(shown, ['0 B', '1 B', '999 B', '1 kB', '1 MB', '1 GB', '1 TB', '1 PB', '1000 PB']);
});

test('finds the binary unit', () => {
  const shown = [1000, 1023, 1024, 1024 ** 2, 1024 ** 5].map((bytes) => formatBytes(bytes, { binary: true }));
  assert.deepEqual(shown, ['1000 B', '1023 B', '1 KiB', '1 MiB', '1 PiB']);
});

test('rounds, and drops zeros', () => {
  assert.equal(formatBytes(1250), '1.3 kB');
  assert.equal(formatBytes(1999, { digits: 0 }), '2 kB');
  assert.equal(formatBytes(1999, { digits: 2 }), '2 kB');
  assert.equal(formatBytes(1234, { digits: 3 }), '1.234 kB');
  assert.equal(formatBytes(0.6), '1 B');
});

test('rounds into the next unit', () => {
  assert.equal(formatBytes(999_949), '999.9 kB');
  assert.equal(formatBytes(999_950), '1 MB');
  assert.equal(formatBytes(999.5), '1 kB');
});

test('writes negative sizes', () => {
  assert.equal(formatBytes(-2500), '-2.5 kB');
  assert.equal(formatBytes(-0.4), '0 B');
});

test('refuses what it cannot write', () => {
  assert.throws(() => formatBytes(Infinity), { name: 'RangeError', message: 'Infinity is not a number of bytes' });
  assert.throws(() => formatBytes('1'), RangeError);
  for (const digits of [-1, 4, 0.5]) {
    assert.throws(() => formatBytes(1, { digits }), { name: 'RangeError', message: /^digits must be from 0 to 3/ });
  }
});

test('reads sizes', () => {
  const read = ['1', '1b', '1 kB', '1KB', ' 1.5 MB ', '1KiB', '1k', '1m', '-2 gb', '1.4'].map(parseBytes);
  assert.deepEqual(read, [1, 1, 1000, 1000, 1_500_000, 1024, 1024, 1_048_576, -2e9, 1]);
});

test('reads nothing else', () => {
  for (const text of ['', 'b', '1 x', '1..2', '+1', '1 k b']) {
    assert.throws(() => parseBytes(text), { name: 'SyntaxError', message: `"${text}" is not a size` });
  }
  assert.throws(() => parseBytes(null), TypeError);
});

test('adds sizes', () => {
  assert.equal(sumBytes(['1 kB', '24']), 1024);
  assert.equal(sumBytes([]), 0);
});

test('is the same for require', () => {
  const required = createRequire(import.meta.url)('eval-byte-size');
  assert.deepEqual(Object.keys(required).sort(), Object.keys(imported).sort());
  assert.equal(required.sumBytes, sumBytes);
});
