import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { run } from './support.mjs';

const folder = mkdtempSync(join(tmpdir(), 'jsonl-'));
after(() => rmSync(folder, { recursive: true }));

const INPUT = [
  '{"id":1,"name":"Ada","age":36,"user":{"role":"admin"}}',
  '{"id": 2, "name": "Bob", "active": true}',
  '',
  '{"id":3,"name":"Cy","age":41,"active":false}',
  '',
].join('\n');

const jsonl = (args, input = INPUT) => run('jsonl', args, { input });
const ids = (...args) =>
  jsonl([...args, '--select', 'id'])
    .stdout.trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line).id);

test('everything, compact', () => {
  const { code, stdout, stderr } = jsonl([]);
  assert.equal(code, 0);
  assert.equal(stderr, '');
  assert.equal(stdout.split('\n')[1], '{"id":2,"name":"Bob","active":true}');
  assert.equal(stdout.split('\n').length, 4);
});

test('equal and not equal', () => {
  assert.deepEqual(ids('--where', 'name=Ada'), [1]);
  assert.deepEqual(ids('--where', 'id=3'), [3]);
  assert.deepEqual(ids('--where', 'active=true'), [2]);
  assert.deepEqual(ids('--where', 'name!=Ada'), [2, 3]);
  assert.deepEqual(ids('--where', 'active!=true'), [1, 3]);
  assert.deepEqual(ids('--where', 'name=nobody'), []);
});

test('numbers', () => {
  assert.deepEqual(ids('--where', 'age>36'), [3]);
  assert.deepEqual(ids('--where', 'age>=36'), [1, 3]);
  assert.deepEqual(ids('--where', 'id<2'), [1]);
  assert.deepEqual(ids('--where', 'id<=2'), [1, 2]);
  assert.deepEqual(ids('--where', 'name>0'), []);
});

test('several conditions and paths', () => {
  assert.deepEqual(ids('--where', 'age>30', '--where', 'id!=1'), [3]);
  assert.deepEqual(ids('--where', 'user.role=admin'), [1]);
});

test('the first operator counts', () => {
  assert.equal(jsonl(['--where', 'a=x=y'], '{"a":"x=y"}\n{"a":"x"}\n').stdout, '{"a":"x=y"}\n');
});

test('select', () => {
  assert.equal(jsonl(['--select', 'name,id,none', '--where', 'id=1']).stdout, '{"name":"Ada","id":1}\n');
});

test('limit and count', () => {
  assert.equal(jsonl(['--limit', '2', '--select', 'id']).stdout, '{"id":1}\n{"id":2}\n');
  assert.deepEqual(jsonl(['--count', '--where', 'id>1']), { code: 0, stdout: '2\n', stderr: '' });
  assert.equal(jsonl(['--count'], '').stdout, '0\n');
});

test('the limit ends before a bad line', () => {
  assert.deepEqual(jsonl(['--limit', '1'], '{"a":1}\nnonsense\n'), { code: 0, stdout: '{"a":1}\n', stderr: '' });
});

test('bad lines', () => {
  for (const bad of ['nonsense', '[1]', '5', 'null']) {
    const input = `{"a":1}\n\n${bad}\n{"a":2}\n`;
    const { code, stdout, stderr } = jsonl([], input);
    assert.equal(code, 1);
    assert.equal(stdout, '{"a":1}\n');
    assert.match(stderr, /line 3: /);
    assert.deepEqual(jsonl(['--skip-bad'], input), { code: 0, stdout: '{"a":1}\n{"a":2}\n', stderr: '' });
  }
});

test('files and large inputs', () => {
  const file = join(folder, 'many.jsonl');
  writeFileSync(file, Array.from({ length: 50_000 }, (_, n) => `{"n":${n},"text":"${'é'.repeat(20)}"}\n`).join(''));
  assert.equal(run('jsonl', ['--count', '--where', 'n>=49990', file], {}).stdout, '10\n');
  assert.equal(run('jsonl', [join(folder, 'missing')], {}).code, 1);
});

test('wrong use', () => {
  for (const args of [
    ['--nonsense'],
    ['--where', 'name'],
    ['--where', '=x'],
    ['--where', 'a<x'],
    ['--limit', '0'],
    ['--count', '--limit', '1'],
    ['a', 'b'],
  ]) {
    const { code, stdout, stderr } = jsonl(args);
    assert.equal(code, 2, args.join(' '));
    assert.equal(stdout, '');
    assert.notEqual(stderr, '');
  }
});

test('help', () => {
  const { code, stdout } = jsonl(['--help']);
  assert.equal(code, 0);
  assert.match(stdout, /^Usage: jsonl/);
});
