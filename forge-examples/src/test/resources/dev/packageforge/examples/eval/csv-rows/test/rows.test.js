import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseRows } from 'eval-csv-rows';

test('splits lines and fields', () => {
  assert.deepEqual(parseRows('a,b\nc,d'), [['a', 'b'], ['c', 'd']]);
  assert.deepEqual(parseRows('a\r\nb\r\n'), [['a'], ['b']]);
  assert.deepEqual(parseRows('a\rb'), [['a\rb']]);
});

test('keeps empty fields and lines', () => {
  assert.deepEqual(parseRows(''), []);
  assert.deepEqual(parseRows('a,'), [['a', '']]);
  assert.deepEqual(parseRows(',a\n\nb'), [['', 'a'], [''], ['b']]);
});

test('reads quoted fields', () => {
  assert.deepEqual(parseRows('"a""b","c,d"\r\n"e\nf",g'), [['a"b', 'c,d'], ['e\nf', 'g']]);
  assert.deepEqual(parseRows('""'), [['']]);
});

test('says where a quote goes wrong', () => {
  assert.throws(() => parseRows('a,"b'), { name: 'SyntaxError', message: 'character 3: the quoted field never ends' });
  assert.throws(() => parseRows('"a"b'), { name: 'SyntaxError', message: 'character 4: text after a closing quote' });
});

test('takes another delimiter, of one character', () => {
  assert.deepEqual(parseRows('a|b,c', { delimiter: '|' }), [['a', 'b,c']]);
  assert.throws(() => parseRows('a', { delimiter: '' }), { name: 'TypeError', message: /was ""/ });
  assert.throws(() => parseRows('a', { delimiter: 'ab' }), TypeError);
});
