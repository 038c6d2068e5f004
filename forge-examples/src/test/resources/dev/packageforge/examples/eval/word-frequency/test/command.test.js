import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const command = fileURLToPath(new URL('../bin/wordfreq.js', import.meta.resolve('eval-word-frequency')));
const folder = mkdtempSync(join(tmpdir(), 'wordfreq-'));
after(() => rmSync(folder, { recursive: true }));

function run(args, input = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], { input, encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('counts standard input', () => {
  assert.deepEqual(run([], 'b a b'), { status: 0, stdout: '2\tb\n1\ta\n', stderr: '' });
});

test('counts a file', () => {
  const file = join(folder, 'text');
  writeFileSync(file, 'x');
  assert.deepEqual(run([file]), { status: 0, stdout: '1\tx\n', stderr: '' });
});

test('filters before it cuts', () => {
  assert.equal(run(['--min', '2'], 'a a b b c').stdout, '2\ta\n2\tb\n');
  assert.equal(run(['--min', '2', '--top', '1'], 'a a b b c').stdout, '2\ta\n');
});

test('explains itself', () => {
  const { status, stdout } = run(['--help']);
  assert.equal(status, 0);
  assert.match(stdout, /^Usage: wordfreq /);
});

test('ends with 1 if the file cannot be read', () => {
  const { status, stdout, stderr } = run([join(folder, 'missing')]);
  assert.equal(status, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /^wordfreq: ENOENT/);
});

test('ends with 2 if it is used wrongly', () => {
  for (const args of [['--top', '0'], ['--min', '1.5'], ['--what'], ['a', 'b']]) {
    const { status, stdout, stderr } = run(args);
    assert.equal(status, 2, args.join(' '));
    assert.equal(stdout, '');
    assert.match(stderr, /^wordfreq: /);
  }
});
