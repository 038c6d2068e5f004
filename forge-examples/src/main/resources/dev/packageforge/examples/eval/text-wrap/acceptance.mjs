import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { align, indent, wrap } from 'PACKAGE';
import { run } from './support.mjs';

const folder = mkdtempSync(join(tmpdir(), 'wrap-'));
after(() => rmSync(folder, { recursive: true }));

test('lines are filled up to the width', () => {
  assert.equal(wrap('aa bb cc dd', 5), 'aa bb\ncc dd');
  assert.equal(wrap('aa bb cc dd', 4), 'aa\nbb\ncc\ndd');
  assert.equal(wrap('aa bb cc dd', 11), 'aa bb cc dd');
});

test('long words have their own line', () => {
  assert.equal(wrap('a longword b', 4), 'a\nlongword\nb');
});

test('white space', () => {
  assert.equal(wrap('  a\t b\nc  ', 10), 'a b c');
  assert.equal(wrap('', 10), '');
  assert.equal(wrap(' \n\n ', 10), '');
});

test('paragraphs', () => {
  assert.equal(wrap('a b\nc\n\n\n  \nd e', 3), 'a b\nc\n\nd e');
});

test('code points count', () => {
  assert.equal(wrap('😀😀 😀😀', 5), '😀😀 😀😀');
  assert.equal(align('😀', 3, 'right'), '  😀');
});

test('indent', () => {
  assert.equal(indent('a\n\nb', '> '), '> a\n\n> b');
  assert.equal(indent('', '> '), '');
});

test('align', () => {
  assert.equal(align('ab', 5, 'left'), 'ab   ');
  assert.equal(align('ab', 5, 'right'), '   ab');
  assert.equal(align('ab', 5, 'center'), ' ab  ');
  assert.equal(align('abcdef', 5, 'right'), 'abcdef');
});

test('bad arguments', () => {
  for (const width of [0, -1, 2.5, '5', NaN]) {
    assert.throws(() => wrap('a', width), RangeError);
    assert.throws(() => align('a', width, 'left'), RangeError);
  }
  assert.throws(() => align('a', 5, 'middle'), RangeError);
});

test('the command wraps standard input', () => {
  assert.deepEqual(run('rewrap', ['--width', '5'], { input: 'aa bb cc\n\ndd\n' }), {
    code: 0,
    stdout: 'aa bb\ncc\n\ndd\n',
    stderr: '',
  });
  assert.equal(run('rewrap', [], { input: 'x '.repeat(50) }).stdout, `${'x '.repeat(39)}x\n${'x '.repeat(9)}x\n`);
  assert.equal(run('rewrap', [], { input: '\n \n' }).stdout, '');
});

test('the command indents', () => {
  assert.equal(run('rewrap', ['--width', '6', '--indent', '2'], { input: 'aa b cc\n\nd' }).stdout, '  aa b\n  cc\n\n  d\n');
});

test('the command reads a file and explains itself', () => {
  const file = join(folder, 'a.txt');
  writeFileSync(file, 'one\ntwo');
  assert.equal(run('rewrap', [file], {}).stdout, 'one two\n');
  const { code, stdout } = run('rewrap', ['--help'], { input: '' });
  assert.equal(code, 0);
  assert.match(stdout, /^Usage: rewrap/);
});

test('exit codes', () => {
  const cases = [
    [1, [join(folder, 'missing')]],
    [2, ['--width', '0']],
    [2, ['--width', 'x']],
    [2, ['--indent', '1.5']],
    [2, ['--width', '4', '--indent', '4']],
    [2, ['--nonsense']],
    [2, ['a', 'b']],
  ];
  for (const [expected, args] of cases) {
    const { code, stdout, stderr } = run('rewrap', args, { input: 'a' });
    assert.equal(code, expected, args.join(' '));
    assert.equal(stdout, '');
    assert.notEqual(stderr, '');
  }
});
