import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parse, stringify } from 'PACKAGE';

const plain = (value) => JSON.parse(JSON.stringify(value));

test('keys before the first section are at the top', () => {
  assert.deepEqual(plain(parse('a=1\nb = two words \n')), { a: '1', b: 'two words' });
});

test('sections are nested objects', () => {
  assert.deepEqual(plain(parse('name=x\n[ server ]\nport=80\n[client]\nid=7')), {
    name: 'x',
    server: { port: '80' },
    client: { id: '7' },
  });
});

test('a section written twice is merged and later keys win', () => {
  assert.deepEqual(plain(parse('[a]\nx=1\ny=1\n[b]\nz=1\n[a]\nx=2\n')), {
    a: { x: '2', y: '1' },
    b: { z: '1' },
  });
});

test('comments, blank lines and CRLF', () => {
  assert.deepEqual(plain(parse('; one\r\n# two\r\n\r\n  a=b\r\n[s]\r\nc=d\r\n')), { a: 'b', s: { c: 'd' } });
});

test('only the first equals sign parts a line', () => {
  assert.deepEqual(plain(parse('url=x?a=b=c\nempty=')), { url: 'x?a=b=c', empty: '' });
});

test('booleans and quoted strings', () => {
  assert.deepEqual(plain(parse('a=true\nb=false\nc="true"\nd="  x "\ne=True\nf=""\n')), {
    a: true,
    b: false,
    c: 'true',
    d: '  x ',
    e: 'True',
    f: '',
  });
});

test('errors name the line', () => {
  const says = (line) => (error) => error instanceof SyntaxError && new RegExp(`line ${line}\\b`).test(error.message);
  assert.throws(() => parse('a=1\nnothing\n'), says(2));
  assert.throws(() => parse('[open\na=1'), says(1));
  assert.throws(() => parse('\n\n = x'), says(3));
});

test('stringify writes values, then sections', () => {
  assert.equal(stringify({ a: 'x', s: { b: true, c: 3 }, d: false }), 'a=x\nd=false\n\n[s]\nb=true\nc=3\n');
  assert.equal(stringify({ s: { a: 'b' } }), '[s]\na=b\n');
  assert.equal(stringify({}), '');
});

test('stringify quotes only where it must', () => {
  assert.equal(stringify({ a: 'true', b: ' x', c: 'two words', d: 'a=b' }), 'a="true"\nb=" x"\nc=two words\nd=a=b\n');
});

test('what was written is read back', () => {
  const value = { a: 'false', b: false, q: '"quoted"', s: { e: '', sp: ' x ', t: true, h: '#5' } };
  assert.deepEqual(plain(parse(stringify(value))), value);
});

test('what has no place in a file is refused', () => {
  assert.throws(() => stringify({ a: null }), TypeError);
  assert.throws(() => stringify({ s: { a: {} } }), TypeError);
  assert.throws(() => stringify({ s: { a: [1] } }), TypeError);
});
