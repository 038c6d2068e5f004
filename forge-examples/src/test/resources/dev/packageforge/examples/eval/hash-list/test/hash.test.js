import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { compare, formatList, hashFolder, parseList } from 'eval-hash-list';

const EMPTY_MD5 = 'd41d8cd98f00b204e9800998ecf8427e';
const root = mkdtempSync(join(tmpdir(), 'hash-list-'));
after(() => rmSync(root, { recursive: true }));
mkdirSync(join(root, 'b'));
writeFileSync(join(root, 'b', 'x'), '');
writeFileSync(join(root, 'a'), '');
symlinkSync('a', join(root, 'link'));

test('hashes all files, sorted by path', () => {
  assert.deepEqual([...hashFolder(root, 'md5')], [['a', EMPTY_MD5], ['b/x', EMPTY_MD5]]);
  assert.match(hashFolder(root).get('a'), /^e3b0c442[0-9a-f]{56}$/);
});

test('writes and reads lists', () => {
  const hashes = new Map([['a b', '0f'], ['c', '1e']]);
  assert.equal(formatList(hashes), '0f  a b\n1e  c\n');
  assert.deepEqual(parseList('0f  a b\r\n\n1e  c'), hashes);
  assert.deepEqual(parseList(''), new Map());
});

test('names the line of another form', () => {
  assert.throws(() => parseList('0f  a\n0f b'), { name: 'SyntaxError', message: 'line 2 of the list has another form' });
  assert.throws(() => parseList('xyz  a'), { name: 'SyntaxError', message: /^line 1 / });
});

test('compares', () => {
  const expected = new Map([['same', '1'], ['other', '2'], ['gone', '3']]);
  const actual = new Map([['new', '4'], ['more', '5'], ['other', '9'], ['same', '1']]);
  assert.deepEqual(compare(expected, actual), [
    { path: 'same', state: 'ok' },
    { path: 'other', state: 'changed' },
    { path: 'gone', state: 'missing' },
    { path: 'more', state: 'extra' },
    { path: 'new', state: 'extra' },
  ]);
});
