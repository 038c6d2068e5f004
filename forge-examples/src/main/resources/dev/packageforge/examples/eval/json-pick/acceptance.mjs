import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { run } from './support.mjs';

const folder = mkdtempSync(join(tmpdir(), 'pick-'));
after(() => rmSync(folder, { recursive: true }));

const DOCUMENT = JSON.stringify({
  user: { name: 'Ada', tags: ['a', 'b', 'c'] },
  list: [{ id: 1 }, { id: 2, more: true }, { other: null }],
  zero: 0,
  nothing: null,
});

const pick = (...args) => run('jpick', args, { input: DOCUMENT });

test('a name inside a name', () => {
  assert.deepEqual(pick('user.name'), { code: 0, stdout: '"Ada"\n', stderr: '' });
});

test('raw text', () => {
  assert.equal(pick('--raw', 'user.name').stdout, 'Ada\n');
  assert.equal(pick('--raw', 'user.tags').stdout, '["a","b","c"]\n');
});

test('elements of arrays', () => {
  assert.equal(pick('list[1].id').stdout, '2\n');
  assert.equal(pick('user.tags[-1]').stdout, '"c"\n');
  assert.equal(run('jpick', ['[1].id'], { input: '[{"id":5},{"id":6}]' }).stdout, '6\n');
});

test('falsy values are values', () => {
  assert.deepEqual(pick('zero'), { code: 0, stdout: '0\n', stderr: '' });
  assert.deepEqual(pick('nothing'), { code: 0, stdout: 'null\n', stderr: '' });
});

test('all values', () => {
  assert.equal(pick('list[*].id').stdout, '1\n2\n');
  assert.equal(pick('--raw', 'user.tags.*').stdout, 'a\nb\nc\n');
  assert.equal(pick('list[1].*').stdout, '2\ntrue\n');
});

test('the whole document', () => {
  assert.equal(pick('.').stdout, `${DOCUMENT}\n`);
});

test('nothing found', () => {
  for (const path of ['user.age', 'list[3]', 'list[-4]', 'user.name.first', 'list[*].x', 'user.toString', 'user[0]']) {
    const { code, stdout } = pick(path);
    assert.equal(code, 1, path);
    assert.equal(stdout, '');
  }
});

test('a default', () => {
  assert.deepEqual(pick('--default', 'none', 'user.age'), { code: 0, stdout: 'none\n', stderr: '' });
  assert.equal(pick('--default', 'none', 'zero').stdout, '0\n');
});

test('a file', () => {
  const file = join(folder, 'a.json');
  writeFileSync(file, '{"a": [true]}');
  assert.equal(run('jpick', ['a[0]', file], {}).stdout, 'true\n');
});

test('bad input', () => {
  for (const [args, input] of [[['a'], '{"a":'], [['a', join(folder, 'missing.json')], '']]) {
    const { code, stdout, stderr } = run('jpick', args, { input });
    assert.equal(code, 3);
    assert.equal(stdout, '');
    assert.notEqual(stderr, '');
  }
});

test('wrong use', () => {
  for (const args of [[], ['--nonsense', 'a'], ['a..b'], ['a[x]'], ['a['], ['a', 'b', 'c']]) {
    const { code, stdout, stderr } = pick(...args);
    assert.equal(code, 2, args.join(' '));
    assert.equal(stdout, '');
    assert.notEqual(stderr, '');
  }
});

test('help', () => {
  const { code, stdout } = pick('--help');
  assert.equal(code, 0);
  assert.match(stdout, /^Usage: jpick/);
});
