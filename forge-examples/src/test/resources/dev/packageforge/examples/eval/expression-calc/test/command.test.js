import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const command = fileURLToPath(new URL('../bin/reckon.js', import.meta.resolve('eval-expression-calc')));

function run(args, input = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], { input, encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('calculates its operands', () => {
  assert.deepEqual(run(['2', '*', '3']), { status: 0, stdout: '6\n', stderr: '' });
  assert.equal(run(['--', '-1']).stdout, '-1\n');
});

test('takes values and digits', () => {
  assert.equal(run(['--set', 'a=1', '--set', 'b=2.5', 'a+b']).stdout, '3.5\n');
  assert.equal(run(['--digits', '3', '2/3']).stdout, '0.667\n');
  assert.equal(run(['--digits', '20', '1']).stdout, '1.00000000000000000000\n');
});

test('calculates lines until one is bad', () => {
  assert.deepEqual(run([], '1\n\n2+2\r\n'), { status: 0, stdout: '1\n4\n', stderr: '' });
  assert.deepEqual(run([], '1\nx\n2\n'), { status: 1, stdout: '1\n', stderr: 'reckon: x has no value\n' });
});

test('explains itself', () => {
  const { status, stdout } = run(['--help']);
  assert.equal(status, 0);
  assert.match(stdout, /^Usage: reckon /);
});

test('ends with 2 if it is used wrongly', () => {
  for (const args of [['--what'], ['--set', 'a=', '1'], ['--set', '1=1', '1'], ['--digits', '21', '1'], ['--digits', '-1', '1']]) {
    const { status, stdout, stderr } = run(args);
    assert.equal(status, 2, args.join(' '));
    assert.equal(stdout, '');
    assert.match(stderr, /^reckon: /);
  }
});
