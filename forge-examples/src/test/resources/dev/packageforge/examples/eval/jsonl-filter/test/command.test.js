import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const command = fileURLToPath(new URL('../bin/jsonl.js', import.meta.resolve('eval-jsonl-filter')));
const folder = mkdtempSync(join(tmpdir(), 'jsonl-'));
after(() => rmSync(folder, { recursive: true }));

function run(args, input = '{"a": 1, "b": "x"}\n{"a": 2}\n') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], { input, encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('prints what passes', () => {
  assert.deepEqual(run([]), { status: 0, stdout: '{"a":1,"b":"x"}\n{"a":2}\n', stderr: '' });
  assert.equal(run(['--where', 'a<2', '--where', 'b=x', '--select', 'b']).stdout, '{"b":"x"}\n');
  assert.equal(run(['--limit', '1', '--select', 'a']).stdout, '{"a":1}\n');
});

test('counts', () => {
  assert.equal(run(['--count']).stdout, '2\n');
  assert.equal(run(['--count', '--where', 'a>1']).stdout, '1\n');
  assert.equal(run(['--count'], '').stdout, '0\n');
});

test('reads a file', () => {
  const file = join(folder, 'x');
  writeFileSync(file, '{"z":0}\r\n');
  assert.deepEqual(run([file]), { status: 0, stdout: '{"z":0}\n', stderr: '' });
});

test('ends with 1 at a bad line or file', () => {
  assert.deepEqual(run([], '{"a":1}\n[]\n'), { status: 1, stdout: '{"a":1}\n', stderr: 'jsonl: line 2: this is not a JSON object\n' });
  assert.equal(run(['--skip-bad'], '{"a":1}\n[]\n').status, 0);
  const { status, stderr } = run([join(folder, 'missing')]);
  assert.equal(status, 1);
  assert.match(stderr, /^jsonl: ENOENT/);
});

test('ends with 2 if it is used wrongly', () => {
  for (const args of [['--what'], ['--where', 'a'], ['--limit', '0'], ['--limit', '1', '--count'], ['a', 'b']]) {
    const { status, stdout, stderr } = run(args);
    assert.equal(status, 2, args.join(' '));
    assert.equal(stdout, '');
    assert.match(stderr, /^jsonl: /);
  }
});

test('explains itself', () => {
  const { status, stdout } = run(['--help']);
  assert.equal(status, 0);
  assert.match(stdout, /^Usage: jsonl /);
});
