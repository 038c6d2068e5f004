import assert from 'node:assert/strict';
import { test } from 'node:test';

import { addBusinessDays, countBusinessDays, isBusinessDay, nextBusinessDay } from 'PACKAGE';

// 2026-03-06 is a Friday.
test('weekdays and weekends', () => {
  assert.equal(isBusinessDay('2026-03-06'), true);
  assert.equal(isBusinessDay('2026-03-07'), false);
  assert.equal(isBusinessDay('2026-03-08'), false);
  assert.equal(isBusinessDay('2026-03-09'), true);
});

test('holidays and other weekends', () => {
  assert.equal(isBusinessDay('2026-03-06', { holidays: ['2026-03-06'] }), false);
  assert.equal(isBusinessDay('2026-03-06', { weekend: [5] }), false);
  assert.equal(isBusinessDay('2026-03-07', { weekend: [5] }), true);
  assert.equal(isBusinessDay('2026-03-07', { weekend: [] }), true);
});

test('add', () => {
  assert.equal(addBusinessDays('2026-03-06', 1), '2026-03-09');
  assert.equal(addBusinessDays('2026-03-07', 1), '2026-03-09');
  assert.equal(addBusinessDays('2026-03-06', 10), '2026-03-20');
  assert.equal(addBusinessDays('2026-03-07', 0), '2026-03-07');
});

test('back', () => {
  assert.equal(addBusinessDays('2026-03-09', -1), '2026-03-06');
  assert.equal(addBusinessDays('2026-03-08', -1), '2026-03-06');
  assert.equal(addBusinessDays('2026-03-20', -10), '2026-03-06');
});

test('over holidays, months, years and leap days', () => {
  assert.equal(addBusinessDays('2026-12-31', 1, { holidays: ['2027-01-01'] }), '2027-01-04');
  assert.equal(addBusinessDays('2028-02-28', 1), '2028-02-29');
  assert.equal(addBusinessDays('2028-02-28', 2), '2028-03-01');
});

test('count', () => {
  assert.equal(countBusinessDays('2026-03-02', '2026-03-09'), 5);
  assert.equal(countBusinessDays('2026-03-06', '2026-03-07'), 1);
  assert.equal(countBusinessDays('2026-03-07', '2026-03-09'), 0);
  assert.equal(countBusinessDays('2026-03-06', '2026-03-06'), 0);
  assert.equal(countBusinessDays('2026-01-01', '2027-01-01'), 261);
});

test('count backwards', () => {
  assert.equal(countBusinessDays('2026-03-09', '2026-03-02'), -5);
  assert.equal(countBusinessDays('2026-03-09', '2026-03-06'), -1);
});

test('count with options', () => {
  assert.equal(countBusinessDays('2026-03-02', '2026-03-09', { holidays: ['2026-03-04', '2026-03-07'] }), 4);
  assert.equal(countBusinessDays('2026-03-02', '2026-03-09', { weekend: [] }), 7);
});

test('next', () => {
  assert.equal(nextBusinessDay('2026-03-06'), '2026-03-06');
  assert.equal(nextBusinessDay('2026-03-07'), '2026-03-09');
  assert.equal(nextBusinessDay('2026-03-07', { holidays: ['2026-03-09'] }), '2026-03-10');
});

test('what is no date', () => {
  for (const date of ['2026-02-30', '2026-13-01', '2026-3-9', '', '2026-03-09T00:00:00Z', new Date(0), null]) {
    assert.throws(() => isBusinessDay(date), RangeError);
    assert.throws(() => nextBusinessDay(date), RangeError);
    assert.throws(() => countBusinessDays('2026-03-09', date), RangeError);
  }
  assert.throws(() => isBusinessDay('2026-03-09', { holidays: ['2026-02-29'] }), RangeError);
  assert.equal(isBusinessDay('2028-02-29'), true);
});

test('bad counts and weekends', () => {
  assert.throws(() => addBusinessDays('2026-03-09', 1.5), RangeError);
  assert.throws(() => addBusinessDays('2026-03-09', '1'), RangeError);
  assert.throws(() => isBusinessDay('2026-03-09', { weekend: [0, 1, 2, 3, 4, 5, 6] }), RangeError);
  assert.throws(() => isBusinessDay('2026-03-09', { weekend: [7] }), RangeError);
});
