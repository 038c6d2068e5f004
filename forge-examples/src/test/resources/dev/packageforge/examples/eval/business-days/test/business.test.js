import assert from 'node:assert/strict';
import { test } from 'node:test';

import { addBusinessDays, countBusinessDays, isBusinessDay, nextBusinessDay } from 'eval-business-days';

// The 9th of March 2026 is a Monday.
const WEEK = ['09', '10', '11', '12', '13', '14', '15'].map((day) => `2026-03-${day}`);

test('knows the days of a week', () => {
  assert.deepEqual(WEEK.map((date) => isBusinessDay(date)), [true, true, true, true, true, false, false]);
  assert.equal(isBusinessDay('1969-12-31'), true);
  assert.equal(isBusinessDay('1969-12-28'), false);
});

test('knows holidays and other weekends', () => {
  assert.equal(isBusinessDay('2026-03-10', { holidays: ['2026-03-10'] }), false);
  assert.deepEqual(WEEK.map((date) => isBusinessDay(date, { weekend: [1] })), [false, true, true, true, true, true, true]);
});

test('goes forward and back', () => {
  assert.equal(addBusinessDays('2026-03-13', 1), '2026-03-16');
  assert.equal(addBusinessDays('2026-03-13', 6), '2026-03-23');
  assert.equal(addBusinessDays('2026-03-16', -1), '2026-03-13');
  assert.equal(addBusinessDays('2026-03-14', 0), '2026-03-14');
  assert.equal(addBusinessDays('2026-03-12', 1, { holidays: ['2026-03-13'] }), '2026-03-16');
});

test('counts with the first day and without the last', () => {
  assert.equal(countBusinessDays('2026-03-09', '2026-03-13'), 4);
  assert.equal(countBusinessDays('2026-03-09', '2026-03-16'), 5);
  assert.equal(countBusinessDays('2026-03-16', '2026-03-09'), -5);
  assert.equal(countBusinessDays('2026-03-14', '2026-03-16'), 0);
  assert.equal(countBusinessDays('2026-03-09', '2026-03-09'), 0);
  assert.equal(countBusinessDays('2026-03-09', '2026-03-16', { holidays: ['2026-03-09'] }), 4);
});

test('finds the next one', () => {
  assert.equal(nextBusinessDay('2026-03-13'), '2026-03-13');
  assert.equal(nextBusinessDay('2026-03-14'), '2026-03-16');
  assert.equal(nextBusinessDay('2028-02-29', { holidays: ['2028-02-29'] }), '2028-03-01');
});

test('refuses what is no date', () => {
  for (const date of ['2026-02-29', '2026-1-1', '26-01-01', '2026-00-10', 5]) {
    assert.throws(() => isBusinessDay(date), { name: 'RangeError', message: `${date} is not a date such as 2026-03-09` });
  }
  assert.throws(() => isBusinessDay('2026-03-09', { holidays: ['x'] }), RangeError);
});

test('refuses bad counts and weekends', () => {
  assert.throws(() => addBusinessDays('2026-03-09', 0.5), { name: 'RangeError', message: /integer, was 0.5/ });
  for (const weekend of [[-1], [7], ['0'], [0, 1, 2, 3, 4, 5, 6]]) {
    assert.throws(() => isBusinessDay('2026-03-09', { weekend }), RangeError);
  }
  assert.equal(isBusinessDay('2026-03-09', { weekend: [0, 2, 3, 4, 5, 6] }), true);
});
