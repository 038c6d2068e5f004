import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bits,
  bold,
  exactly,
  newest,
  once,
  options,
  rows,
  same,
  span,
  year,
} from 'ten-answers';

test('reads rows', () => {
  assert.deepEqual(rows('a,b\n1,"2,3"\n'), [
    ['a', 'b'],
    ['1', '2,3'],
  ]);
});

test('tells a year', () => {
  assert.equal(year('2024-02-29T12:00:00'), 2024);
});

test('finds exactly a text', () => {
  assert.ok(exactly('a.b').test('xa.by'));
  assert.ok(!exactly('a.b').test('xaxby'));
});

test('compares by what is held', () => {
  assert.equal(same({ a: [1] }, { a: [1] }), true);
  assert.equal(same({ a: [1] }, { a: [2] }), false);
});

test('keeps each value once', () => {
  assert.deepEqual(once([{ a: 1 }, { a: 1 }, { a: 2 }]), [{ a: 1 }, { a: 2 }]);
});

test('counts milliseconds', () => {
  assert.equal(span('2 minutes'), 120000);
});

test('makes a word of zeros and ones', () => {
  assert.match(bits(12), /^[01]{12}$/);
});

test('leaves a text as it is where there are no colours', () => {
  assert.equal(bold('plain'), 'plain');
});

test('tells the newest version', () => {
  assert.equal(newest(['1.2.0', '1.10.0', '1.9.9']), '1.10.0');
});

test('reads options', () => {
  assert.deepEqual(options('--size 3 rest'), { named: { size: 3 }, rest: ['rest'] });
});
