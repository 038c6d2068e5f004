import assert from 'node:assert/strict';
import { test } from 'node:test';

import { formatRows, parseRecords } from 'eval-csv-rows';

test('names the fields after the header', () => {
  assert.deepEqual(parseRecords('a,b\n1,2\n3\n'), [{ a: '1', b: '2' }, { a: '3', b: '' }]);
  assert.deepEqual(parseRecords('a;b\n1;2', { delimiter: ';' }), [{ a: '1', b: '2' }]);
  assert.deepEqual(parseRecords(''), []);
});

test('names the row that has too many fields', () => {
  assert.throws(() => parseRecords('a\n1\n1,2'), { name: 'RangeError', message: 'row 3 has 2 fields, the header has 1' });
});

test('formats what needs no quotes as it is', () => {
  assert.equal(formatRows([['a', 1, null], [undefined, false, ' ']]), 'a,1,\n,false, \n');
  assert.equal(formatRows([]), '');
});

test('quotes delimiters, quotes and line ends', () => {
  assert.equal(formatRows([['a,b', '"', 'c\rd', 'e\nf']]), '"a,b","""","c\rd","e\nf"\n');
  assert.equal(formatRows([['a,b', 'a;b']], { delimiter: ';' }), 'a,b;"a;b"\n');
  assert.throws(() => formatRows([], { delimiter: 1 }), TypeError);
});
