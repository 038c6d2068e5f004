import assert from 'node:assert/strict';
import { test } from 'node:test';

import { add, compare, fromRoman, isRoman, toRoman } from 'PACKAGE';

test('small numbers', () => {
  assert.deepEqual(
    Array.from({ length: 10 }, (_, i) => toRoman(i + 1)),
    ['I', 'II', 'III', 'IV', 'V', 'VI', 'VII', 'VIII', 'IX', 'X'],
  );
});

test('large numbers', () => {
  assert.equal(toRoman(1994), 'MCMXCIV');
  assert.equal(toRoman(2026), 'MMXXVI');
  assert.equal(toRoman(3999), 'MMMCMXCIX');
  assert.equal(toRoman(444), 'CDXLIV');
});

test('numbers without a numeral', () => {
  for (const number of [0, -1, 4000, 1.5, NaN, Infinity]) {
    assert.throws(() => toRoman(number), RangeError);
  }
});

test('there and back for all', () => {
  for (let number = 1; number < 4000; number++) {
    assert.equal(fromRoman(toRoman(number)), number);
  }
});

test('case does not matter', () => {
  assert.equal(fromRoman('mcmxciv'), 1994);
  assert.equal(fromRoman('xIv'), 14);
});

test('other spellings are refused', () => {
  for (const text of ['', 'IIII', 'VX', 'IC', 'VV', 'IXI', 'MMMM', 'A', ' X', 'IIX']) {
    assert.throws(() => fromRoman(text), SyntaxError, text);
  }
});

test('only text is read', () => {
  for (const value of [10, null, undefined, ['X']]) {
    assert.throws(() => fromRoman(value), TypeError);
  }
});

test('a question without exceptions', () => {
  assert.equal(isRoman('XIV'), true);
  assert.equal(isRoman('xiv'), true);
  for (const value of ['XIIII', '', 14, null, undefined, {}]) {
    assert.equal(isRoman(value), false);
  }
});

test('sums', () => {
  assert.equal(add('XIV', 'vi'), 'XX');
  assert.equal(add('MMM', 'CMXCIX'), 'MMMCMXCIX');
  assert.throws(() => add('MMM', 'M'), RangeError);
});

test('order', () => {
  assert.deepEqual(['X', 'I', 'IX', 'V', 'M'].sort(compare), ['I', 'V', 'IX', 'X', 'M']);
  assert.equal(Math.abs(compare('iv', 'IV')), 0);
  assert.ok(compare('I', 'II') < 0);
  assert.ok(compare('C', 'L') > 0);
});
