import assert from 'node:assert/strict';
import { test } from 'node:test';

import { contains, days, intersection, length, overlaps, range, shift, split, subtract, union } from 'PACKAGE';

const plain = (value) => JSON.parse(JSON.stringify(value));
const r = (from, to) => ({ from: `2026-${from}`, to: `2026-${to}` });

test('a range', () => {
  assert.deepEqual(plain(range('2026-03-09', '2026-03-10')), r('03-09', '03-10'));
  assert.deepEqual(plain(range('2026-03-09', '2026-03-09')), r('03-09', '03-09'));
});

test('what is no range', () => {
  assert.throws(() => range('2026-03-10', '2026-03-09'), RangeError);
  for (const day of ['2026-02-29', '2026-3-1', '', 'today', '2026-03-01T00:00:00Z', null, new Date(0)]) {
    assert.throws(() => range(day, '2026-12-31'), RangeError);
    assert.throws(() => contains(r('01-01', '12-31'), day), RangeError);
  }
  assert.throws(() => days({ from: '2026-03-10', to: '2026-03-09' }), RangeError);
  assert.throws(() => length({ from: '2026-03-10' }), RangeError);
});

test('days and length', () => {
  assert.deepEqual(plain(days(r('02-27', '03-02'))), ['2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02']);
  assert.equal(length(r('03-09', '03-09')), 1);
  assert.equal(length(r('01-01', '12-31')), 365);
  assert.equal(length({ from: '2028-01-01', to: '2028-12-31' }), 366);
});

test('changes of the clock do not matter', () => {
  assert.equal(length(r('03-01', '03-31')), 31);
  assert.equal(length(r('10-01', '11-30')), 61);
  assert.equal(new Set(days(r('01-01', '12-31'))).size, 365);
});

test('contains and overlaps', () => {
  assert.equal(contains(r('03-09', '03-10'), '2026-03-09'), true);
  assert.equal(contains(r('03-09', '03-10'), '2026-03-10'), true);
  assert.equal(contains(r('03-09', '03-10'), '2026-03-11'), false);
  assert.equal(overlaps(r('03-01', '03-09'), r('03-09', '03-20')), true);
  assert.equal(overlaps(r('03-01', '03-08'), r('03-09', '03-20')), false);
});

test('intersection', () => {
  assert.deepEqual(plain(intersection(r('03-01', '03-10'), r('03-08', '03-20'))), r('03-08', '03-10'));
  assert.deepEqual(plain(intersection(r('03-01', '03-10'), r('03-10', '03-20'))), r('03-10', '03-10'));
  assert.equal(intersection(r('03-01', '03-07'), r('03-08', '03-20')), null);
});

test('union', () => {
  assert.deepEqual(plain(union([r('03-20', '03-25'), r('03-01', '03-05'), r('03-06', '03-07'), r('03-22', '03-23')])), [
    r('03-01', '03-07'),
    r('03-20', '03-25'),
  ]);
  assert.deepEqual(plain(union([r('03-01', '03-05'), r('03-07', '03-08')])), [r('03-01', '03-05'), r('03-07', '03-08')]);
  assert.deepEqual(plain(union([])), []);
});

test('subtract', () => {
  assert.deepEqual(plain(subtract(r('03-01', '03-31'), r('03-10', '03-12'))), [r('03-01', '03-09'), r('03-13', '03-31')]);
  assert.deepEqual(plain(subtract(r('03-01', '03-31'), r('02-10', '03-12'))), [r('03-13', '03-31')]);
  assert.deepEqual(plain(subtract(r('03-01', '03-31'), r('03-31', '04-12'))), [r('03-01', '03-30')]);
  assert.deepEqual(plain(subtract(r('03-05', '03-06'), r('03-01', '03-31'))), []);
  assert.deepEqual(plain(subtract(r('03-05', '03-06'), r('04-01', '04-02'))), [r('03-05', '03-06')]);
});

test('shift', () => {
  assert.deepEqual(plain(shift(r('03-09', '03-10'), { days: 30 })), r('04-08', '04-09'));
  assert.deepEqual(plain(shift(r('01-30', '01-31'), { months: 1 })), r('02-28', '02-28'));
  assert.deepEqual(plain(shift(r('01-31', '01-31'), { months: 1, days: 1 })), r('03-01', '03-01'));
  assert.deepEqual(plain(shift(r('01-01', '01-02'), { days: -1 })), { from: '2025-12-31', to: '2026-01-01' });
});

test('split by weeks', () => {
  // The 9th of March 2026 is a Monday.
  assert.deepEqual(plain(split(r('03-07', '03-17'), 'week')), [r('03-07', '03-08'), r('03-09', '03-15'), r('03-16', '03-17')]);
});

test('split by months and years', () => {
  assert.deepEqual(plain(split(r('01-15', '03-10'), 'month')), [r('01-15', '01-31'), r('02-01', '02-28'), r('03-01', '03-10')]);
  assert.deepEqual(plain(split({ from: '2025-12-31', to: '2026-01-01' }, 'year')), [
    { from: '2025-12-31', to: '2025-12-31' },
    { from: '2026-01-01', to: '2026-01-01' },
  ]);
  assert.throws(() => split(r('01-01', '01-02'), 'day'), RangeError);
});
