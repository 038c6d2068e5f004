import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { QueryError, formatQuery, parseQuery, readQuery } from 'PACKAGE';

const plain = (value) => JSON.parse(JSON.stringify(value));

function packageFolder() {
  let folder = dirname(fileURLToPath(import.meta.resolve('PACKAGE')));
  for (;;) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).name === 'PACKAGE') {
      return folder;
    }
    folder = dirname(folder);
  }
}

function problemsOf(action) {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof QueryError);
    assert.ok(error instanceof Error);
    return error.problems.map(({ key, message }) => {
      assert.equal(typeof message, 'string');
      return key;
    });
  }
  return assert.fail('nothing was thrown');
}

test('parse', () => {
  assert.deepEqual(plain(parseQuery('a=1&b=2')), { a: '1', b: '2' });
  assert.deepEqual(plain(parseQuery('?a=1&&b&c=&')), { a: '1', b: '', c: '' });
  assert.deepEqual(plain(parseQuery('')), {});
  assert.deepEqual(plain(parseQuery('a=b=c')), { a: 'b=c' });
});

test('arrays', () => {
  assert.deepEqual(plain(parseQuery('a=1&b=x&a=2')), { a: ['1', '2'], b: 'x' });
  assert.deepEqual(plain(parseQuery('a[]=1')), { a: ['1'] });
  assert.deepEqual(plain(parseQuery('a%5B%5D=1&a[]=2')), { a: ['1', '2'] });
});

test('decoding', () => {
  assert.deepEqual(plain(parseQuery('a+b=c%20d&%C3%BC=%E2%82%AC')), { 'a b': 'c d', ü: '€' });
  assert.deepEqual(plain(parseQuery('a=100%&b=%zz')), { a: '100%', b: '%zz' });
});

test('ordinary keys only', () => {
  const parsed = parseQuery('__proto__=x&constructor=y');
  assert.equal({}.x, undefined);
  assert.deepEqual(Object.keys(parsed).sort(), ['__proto__', 'constructor']);
  assert.equal(parsed.constructor, 'y');
});

test('format', () => {
  assert.equal(formatQuery({ b: 1, a: 'x y', c: true, d: null, e: undefined }), 'b=1&a=x%20y&c=true');
  assert.equal(formatQuery({ b: 1, a: [1, 'z'] }, { sort: true }), 'a=1&a=z&b=1');
  assert.equal(formatQuery({}), '');
});

test('encoding', () => {
  assert.equal(formatQuery({ 'ü&': "a-_.~!'()*/+" }), '%C3%BC%26=a-_.~%21%27%28%29%2A%2F%2B');
});

test('what cannot be formatted', () => {
  for (const value of [{}, () => 1, [{}]]) {
    assert.throws(() => formatQuery({ name: value }), (error) => error instanceof TypeError && error.message.includes('name'));
  }
});

test('there and back', () => {
  const value = { q: 'a b&c=d', list: ['1', '2'], 'ü ü': '%' };
  assert.deepEqual(plain(parseQuery(formatQuery(value))), value);
});

test('read', () => {
  const shape = { page: 'number', q: 'string?', tags: 'string[]', ids: 'number[]?', all: 'boolean' };
  assert.deepEqual(plain(readQuery('page=2&tags=a&ids=1&ids=2&all&x=y', shape)), { page: 2, tags: ['a'], ids: [1, 2], all: true });
  assert.deepEqual(plain(readQuery('all=0&page=-1.5&q=&tags[]=b', shape)), { page: -1.5, q: '', tags: ['b'], ids: [], all: false });
  assert.deepEqual(Object.keys(readQuery('b=1&a=2', { a: 'string', b: 'string' })), ['a', 'b']);
});

test('booleans', () => {
  const read = (text) => readQuery(text, { a: 'boolean' }).a;
  assert.deepEqual(['a=true', 'a=1', 'a'].map(read), [true, true, true]);
  assert.deepEqual(['a=false', 'a=0'].map(read), [false, false]);
});

test('all problems at once', () => {
  const shape = { z: 'string', n: 'number', m: 'number?', b: 'boolean', s: 'string', l: 'number[]', ok: 'string?' };
  assert.deepEqual(problemsOf(() => readQuery('n=x&m=Infinity&b=yes&s=1&s=2&l=1&l=y', shape)), ['z', 'n', 'm', 'b', 's', 'l']);
  assert.deepEqual(problemsOf(() => readQuery('n=', { n: 'number' })), ['n']);
});

test('declarations are in the package', () => {
  const declarations = readdirSync(packageFolder(), { recursive: true }).filter((path) => path.endsWith('.d.ts'));
  assert.ok(declarations.some((path) => readFileSync(join(packageFolder(), path), 'utf8').includes('readQuery')));
});
