import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const command = fileURLToPath(new URL('../bin/rewrap.js', import.meta.resolve('eval-text-wrap')));
const folder = mkdtempSync(join(tmpdir(), 'rewrap-'));
after(() => rmSync(folder, { recursive: true }));

function run(args, input = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], { input, encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('wraps standard input', () => {
  assert.deepEqual(run(['--width', '3'], 'a b c\n'), { status: 0, stdout: 'a b\nc\n', stderr: '' });
  assert.equal(run([], `${'a'.repeat(40)} ${'b'.repeat(39)} c`).stdout, `${'a'.repeat(40)} ${'b'.repeat(39)}\nc\n`);
  assert.equal(run([], '\n').stdout, '');
});

test('counts the indent for the width', () => {
  assert.equal(run(['--width', '4', '--indent', '1'], 'a b c\n\nd').stdout, ' a b\n c\n\n d\n');
  assert.equal(run(['--width', '4', '--indent', '3'], 'a b').stdout, '   a\n   b\n');
});

test('wraps a file', () => {
  const file = join(folder, 'text');
  writeFileSync(file, 'a\nb\n');
  assert.equal(run([file]).stdout, 'a b\n');
});

test('explains itself', () => {
  const { status, stdout } = run(['--help']);
  assert.equal(status, 0);
  assert.match(stdout, /^Usage: rewrap /);
});

test('ends with 1 or 2 if something is wrong', () => {
  const missing = run([join(folder, 'missing')]);
  assert.equal(missing.status, 1);
  assert.match(missing.stderr, /^rewrap: ENOENT[^\n]*\n$/);
  for (const args of [['--width', '0'], ['--width', 'x'], ['--width', '2', '--indent', '2'], ['--indent', '-1'], ['--what'], ['a', 'b']]) {
    const { status, stdout, stderr } = run(args);
    assert.equal(status, 2, args.join(' '));
    assert.equal(stdout, '');
    assert.match(stderr, /^rewrap: /);
  }
});
