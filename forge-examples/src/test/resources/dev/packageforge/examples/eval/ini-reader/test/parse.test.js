import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parse } from 'eval-ini-reader';

test('reads values and sections', () => {
  assert.deepEqual(parse('a=1\n[s]\nb = 2 \n[t]\nc=3\n'), { a: '1', s: { b: '2' }, t: { c: '3' } });
  assert.deepEqual(parse(''), {});
});

test('merges a section that comes again', () => {
  assert.deepEqual(parse('[s]\na=1\nb=1\n[t]\n[s]\na=2'), { s: { a: '2', b: '1' }, t: {} });
});

test('skips comments and blank lines, whatever ends a line', () => {
  assert.deepEqual(parse('# x\r\n\r\n; y=1\r\na=b\r\n'), { a: 'b' });
});

test('parts a line at the first equals sign', () => {
  assert.deepEqual(parse('a=b=c\nd='), { a: 'b=c', d: '' });
});

test('reads booleans, and quotes as text', () => {
  assert.deepEqual(parse('a=true\nb=false\nc="true"\nd=" x "\ne="\nf=""'), {
    a: true,
    b: false,
    c: 'true',
    d: ' x ',
    e: '"',
    f: '',
  });
});

test('names the line that it cannot read', () => {
  assert.throws(() => parse('a=1\nb'), { name: 'SyntaxError', message: 'line 2: there is no "="' });
  assert.throws(() => parse('[s'), { name: 'SyntaxError', message: /^line 1: .*bracket/ });
  assert.throws(() => parse('\n=x'), { name: 'SyntaxError', message: 'line 2: the key is empty' });
});

test('reads odd names without touching any prototype', () => {
  const read = parse('[__proto__]\npolluted=true\n');
  assert.equal({}.polluted, undefined);
  assert.deepEqual(Object.keys(read), ['__proto__']);
});
