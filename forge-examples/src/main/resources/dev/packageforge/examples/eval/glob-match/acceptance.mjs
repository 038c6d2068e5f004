import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { compile, expand, filter, matches } from 'PACKAGE';

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

function check(pattern, yes, no, options) {
  for (const path of yes) {
    assert.equal(matches(pattern, path, options), true, `${pattern} should match ${JSON.stringify(path)}`);
  }
  for (const path of no) {
    assert.equal(matches(pattern, path, options), false, `${pattern} should not match ${JSON.stringify(path)}`);
  }
}

test('plain text', () => {
  check('a/b.txt', ['a/b.txt'], ['a/b', 'a/b_txt', 'x/a/b.txt', 'a/b.txt/', '']);
  check('a+(b)^$|', ['a+(b)^$|'], ['aab']);
  check('', [''], ['a']);
});

test('stars', () => {
  check('*.js', ['a.js', 'a.b.js'], ['a.jsx', 'd/a.js']);
  check('src/*/x', ['src/a/x'], ['src/x', 'src/a/b/x']);
  check('a*b*c', ['abc', 'a1b2c', 'abbcc'], ['acb', 'ab/c']);
});

test('question marks', () => {
  check('a?c', ['abc', 'a-c'], ['ac', 'abbc', 'a/c']);
});

test('any number of parts', () => {
  check('**/x.js', ['x.js', 'a/x.js', 'a/b/x.js'], ['ax.js', 'a/x.jsx']);
  check('a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['ab', 'a/xb', 'b']);
  check('a/**', ['a/x', 'a/x/y'], ['b/x', 'ab']);
  check('**', ['a', 'a/b/c'], []);
});

test('classes', () => {
  check('[abc]x', ['ax', 'cx'], ['dx', 'x', 'abx']);
  check('[a-c0-2]', ['b', '1'], ['d', '3', '-']);
  check('[!a-c]', ['d', '-'], ['a', '/', 'dd']);
  check('a[!x]b', ['ayb'], ['a/b', 'axb']);
});

test('braces', () => {
  check('*.{js,ts}', ['a.js', 'a.ts'], ['a.css', 'a.{js,ts}']);
  check('{a,b/{c,d}}.txt', ['a.txt', 'b/c.txt', 'b/d.txt'], ['b.txt', 'c.txt']);
  check('{src,test}/**/*.js', ['src/a.js', 'test/x/y.js'], ['lib/a.js']);
  check('a{,b}', ['a', 'ab'], ['b']);
});

test('escapes', () => {
  check('\\*.js', ['*.js'], ['a.js']);
  check('a\\{b,c\\}', ['a{b,c}'], ['ab']);
  check('\\[a]', ['[a]'], ['a']);
});

test('dots', () => {
  check('*', ['a'], ['.a']);
  check('.*', ['.a', '.git'], ['a']);
  check('**/*.js', ['a/b.js'], ['.a/b.js', 'a/.b.js']);
  check('?a', ['ba'], ['.a']);
  check('**/*.js', ['.a/b.js', 'a/.b.js'], [], { dot: true });
  check('a.*', ['a.b'], []);
});

test('case', () => {
  check('*.JS', ['a.js', 'A.Js'], [], { ignoreCase: true });
  check('*.JS', [], ['a.js']);
  check('[a-c]', ['B'], ['D'], { ignoreCase: true });
});

test('compile and expand', () => {
  const isText = compile('**/*.txt');
  assert.deepEqual(['a.txt', 'b/c.txt', 'd.md'].map((path) => isText(path)), [true, true, false]);
  assert.deepEqual(expand('a{b,c{d,e}}'), ['ab', 'acd', 'ace']);
  assert.deepEqual(expand('{a,b}{1,2}'), ['a1', 'a2', 'b1', 'b2']);
  assert.deepEqual(expand('plain'), ['plain']);
});

test('filter', () => {
  const paths = ['b.js', 'a.js', 'a.test.js', 'c.css'];
  assert.deepEqual(filter(paths, ['*.js']), ['b.js', 'a.js', 'a.test.js']);
  assert.deepEqual(filter(paths, ['*.js', '!*.test.js']), ['b.js', 'a.js']);
  assert.deepEqual(filter(paths, ['!*.js', 'a.*']), ['a.js', 'a.test.js', 'c.css']);
  assert.deepEqual(filter(paths, []), []);
  assert.deepEqual(filter(['A.js'], ['a.*'], { ignoreCase: true }), ['A.js']);
});

test('bad patterns', () => {
  for (const pattern of ['[a', 'a{b', '{a,{b}', 'a\\', '[]', 'x[]y']) {
    assert.throws(() => matches(pattern, 'a'), SyntaxError, pattern);
    assert.throws(() => compile(pattern), SyntaxError, pattern);
    assert.throws(() => filter([], [pattern]), SyntaxError, pattern);
  }
});

test('no pattern takes long', () => {
  assert.equal(matches(`${'*a'.repeat(12)}b`, 'a'.repeat(60)), false);
});

test('declarations are in the package', () => {
  const declarations = readdirSync(packageFolder(), { recursive: true }).filter((path) => path.endsWith('.d.ts'));
  assert.ok(declarations.some((path) => readFileSync(join(packageFolder(), path), 'utf8').includes('matches')));
});
