import assert from 'node:assert/strict';
import { test } from 'node:test';

import { align, indent, wrap } from 'eval-text-wrap';

test('fills lines', () => {
  assert.equal(wrap('a b c', 3), 'a b\nc');
  assert.equal(wrap('aa bb', 4), 'aa\nbb');
  assert.equal(wrap('aa bb', 5), 'aa bb');
});

test('does not cut words', () => {
  assert.equal(wrap('abcdef', 3), 'abcdef');
  assert.equal(wrap('a abcdef b c', 3), 'a\nabcdef\nb c');
});

test('keeps paragraphs and no other white space', () => {
  assert.equal(wrap(' a\n b \n \n\nc\t', 9), 'a b\n\nc');
  assert.equal(wrap(' \n\n', 9), '');
});

test('counts code points', () => {
  assert.equal(wrap('😀 😀', 3), '😀 😀');
});

test('indents', () => {
  assert.equal(indent('a\n\nb', '  '), '  a\n\n  b');
});

test('aligns', () => {
  assert.deepEqual(['left', 'right', 'center'].map((where) => align('ab', 5, where)), ['ab   ', '   ab', ' ab  ']);
  assert.equal(align('abc', 2, 'center'), 'abc');
  assert.equal(align('', 1, 'center'), ' ');
  assert.equal(align('a', 5, 'center'), '  a  ');
});

test('refuses bad widths and places', () => {
  assert.throws(() => wrap('a', 0), { name: 'RangeError', message: 'width must be a positive integer, was 0' });
  assert.throws(() => align('a', 1.5, 'left'), RangeError);
  assert.throws(() => align('a', 1, 'up'), { name: 'RangeError', message: '"up" is not left, right or center' });
  assert.equal(wrap('a b', 1), 'a\nb');
});
