import assert from 'node:assert/strict';
import { test } from 'node:test';

import { add, compare, fromRoman, isRoman, toRoman } from 'eval-roman-numerals';

const PAIRS = [
  [1, 'I'],
  [4, 'IV'],
  [9, 'IX'],
  [14, 'XIV'],
  [40, 'XL'],
  [90, 'XC'],
  [400, 'CD'],
  [499, 'CDXCIX'],
  [900, 'CM'],
  [1666, 'MDCLXVI'],
  [3999, 'MMMCMXCIX'],
];

test('writes numerals', () => {
  for (const [number, text] of PAIRS) {
    assert.equal(toRoman(number), text);
  }
});

test('writes none for other numbers', () => {
  for (const number of [0, 4000, -5, 2.5, NaN, '5']) {
    assert.throws(() => toRoman(number), { name: 'RangeError', message: /from 1 to 3999/ });
  }
});

test('reads numerals in any case', () => {
  for (const [number, text] of PAIRS) {
    assert.equal(fromRoman(text), number);
    assert.equal(fromRoman(text.toLowerCase()), number);
  }
});

test('reads no other spelling', () => {
  for (const text of ['', 'IIII', 'VIV', 'IM', 'MMMM', 'X X', 'abc', 'CMCM']) {
    assert.throws(() => fromRoman(text), { name: 'SyntaxError', message: `"${text}" is not a Roman numeral` });
  }
  assert.throws(() => fromRoman(5), { name: 'TypeError', message: 'a numeral is a string' });
});

test('tells numerals from anything else', () => {
  assert.equal(isRoman('mmxx'), true);
  assert.equal(isRoman('mmxxxx'), false);
  assert.equal(isRoman(null), false);
});

test('adds', () => {
  assert.equal(add('I', 'iii'), 'IV');
  assert.equal(add('MMMCMXCVIII', 'I'), 'MMMCMXCIX');
  assert.throws(() => add('MMMCMXCIX', 'I'), RangeError);
});

test('compares', () => {
  assert.equal(compare('V', 'v'), 0);
  assert.equal(compare('X', 'I'), 9);
  assert.equal(compare('I', 'X'), -9);
});
