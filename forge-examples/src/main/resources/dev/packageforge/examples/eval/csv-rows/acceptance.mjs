import assert from 'node:assert/strict';
import { test } from 'node:test';

import { formatRows, parseRecords, parseRows } from 'PACKAGE';

const plain = (value) => JSON.parse(JSON.stringify(value));

test('plain rows', () => {
  assert.deepEqual(parseRows('a,b\n1,2\n'), [['a', 'b'], ['1', '2']]);
  assert.deepEqual(parseRows('a,b\r\n1,2'), [['a', 'b'], ['1', '2']]);
});

test('nothing, empty fields and empty lines', () => {
  assert.deepEqual(parseRows(''), []);
  assert.deepEqual(parseRows(',\n'), [['', '']]);
  assert.deepEqual(parseRows('a\n\nb\n'), [['a'], [''], ['b']]);
});

test('blanks are kept', () => {
  assert.deepEqual(parseRows(' a , b '), [[' a ', ' b ']]);
});

test('quoted fields', () => {
  assert.deepEqual(parseRows('"a,b","say ""hi""","x\ny"\n""'), [['a,b', 'say "hi"', 'x\ny'], ['']]);
});

test('another delimiter', () => {
  assert.deepEqual(parseRows('a;b,c\n', { delimiter: ';' }), [['a', 'b,c']]);
  assert.equal(formatRows([['a;b', 'c,d']], { delimiter: ';' }), '"a;b";c,d\n');
  assert.deepEqual(plain(parseRecords('a\tb\n1\t2\n', { delimiter: '\t' })), [{ a: '1', b: '2' }]);
});

test('a bad delimiter', () => {
  for (const delimiter of ['', '::', 7]) {
    assert.throws(() => parseRows('a', { delimiter }), TypeError);
    assert.throws(() => parseRecords('a', { delimiter }), TypeError);
    assert.throws(() => formatRows([['a']], { delimiter }), TypeError);
  }
});

test('bad quotes', () => {
  assert.throws(() => parseRows('a,"b'), SyntaxError);
  assert.throws(() => parseRows('"a"b,c'), SyntaxError);
});

test('records', () => {
  assert.deepEqual(plain(parseRecords('id,name\n1,Ada\n2\n')), [
    { id: '1', name: 'Ada' },
    { id: '2', name: '' },
  ]);
  assert.deepEqual(plain(parseRecords('id,name\n')), []);
  assert.deepEqual(plain(parseRecords('')), []);
});

test('too many fields name the row', () => {
  assert.throws(() => parseRecords('a,b\n1,2\n1,2,3\n'), (error) => error instanceof RangeError && /\b3\b/.test(error.message));
});

test('format', () => {
  assert.equal(formatRows([['a', 1, true], [null, undefined, '']]), 'a,1,true\n,,\n');
  assert.equal(formatRows([['x "y"', 'a,b', 'c\nd', ' e ']]), '"x ""y""","a,b","c\nd", e \n');
  assert.equal(formatRows([]), '');
});

test('what was written is read back', () => {
  const rows = [['a"b', 'c,d', ''], ['x\r\ny', ' z', '"']];
  assert.deepEqual(parseRows(formatRows(rows)), rows);
});
