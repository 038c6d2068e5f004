import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { countWords, topWords } from 'PACKAGE';
import { run } from './support.mjs';

const folder = mkdtempSync(join(tmpdir(), 'words-'));
after(() => rmSync(folder, { recursive: true }));

test('counts, most frequent first', () => {
  assert.deepEqual(countWords('b a b'), [['b', 2], ['a', 1]]);
  assert.deepEqual(countWords(' ,.! '), []);
});

test('equal counts stand in alphabetical order', () => {
  assert.deepEqual(countWords('pear apple fig'), [['apple', 1], ['fig', 1], ['pear', 1]]);
});

test('case does not matter', () => {
  assert.deepEqual(countWords('The the THE'), [['the', 3]]);
});

test('apostrophes belong inside words only', () => {
  assert.deepEqual(countWords("don't 'quoted' don't"), [["don't", 2], ['quoted', 1]]);
  assert.deepEqual(countWords("' ''"), []);
});

test('letters of every script and digits', () => {
  assert.deepEqual(countWords('Ärger ärger 42 naïve'), [['ärger', 2], ['42', 1], ['naïve', 1]]);
});

test('the first few', () => {
  assert.deepEqual(topWords('a b b c c c', 2), [['c', 3], ['b', 2]]);
  assert.deepEqual(topWords('a', 5), [['a', 1]]);
  for (const limit of [0, -1, 1.5, '2']) {
    assert.throws(() => topWords('a', limit), RangeError);
  }
});

test('the command reads standard input', () => {
  assert.deepEqual(run('wordfreq', [], { input: 'x y x\n' }), { code: 0, stdout: '2\tx\n1\ty\n', stderr: '' });
});

test('the command reads a file', () => {
  const file = join(folder, 'some.txt');
  writeFileSync(file, 'One two. Two!');
  const { code, stdout } = run('wordfreq', [file], {});
  assert.equal(code, 0);
  assert.equal(stdout, '2\ttwo\n1\tone\n');
});

test('--top and --min', () => {
  const input = 'a b b c c c d d d d';
  assert.equal(run('wordfreq', ['--top', '2'], { input }).stdout, '4\td\n3\tc\n');
  assert.equal(run('wordfreq', ['--min', '3'], { input }).stdout, '4\td\n3\tc\n');
  assert.equal(run('wordfreq', ['--min', '2', '--top', '1'], { input }).stdout, '4\td\n');
});

test('help', () => {
  const { code, stdout } = run('wordfreq', ['--help'], { input: '' });
  assert.equal(code, 0);
  assert.match(stdout, /^Usage: wordfreq/);
});

test('a missing file', () => {
  const { code, stdout, stderr } = run('wordfreq', [join(folder, 'missing.txt')], { input: '' });
  assert.equal(code, 1);
  assert.equal(stdout, '');
  assert.notEqual(stderr, '');
});

test('wrong use', () => {
  for (const args of [['--nonsense'], ['--top', '0'], ['--min', 'x'], ['a.txt', 'b.txt']]) {
    const { code, stdout, stderr } = run('wordfreq', args, { input: 'a' });
    assert.equal(code, 2, args.join(' '));
    assert.equal(stdout, '');
    assert.notEqual(stderr, '');
  }
});
