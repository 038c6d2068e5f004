import assert from 'node:assert/strict';
import { test } from 'node:test';

import { evaluate, variables } from 'PACKAGE';
import { run } from './support.mjs';

test('numbers', () => {
  assert.equal(evaluate('2'), 2);
  assert.equal(evaluate(' 2.5 '), 2.5);
  assert.equal(evaluate('.5'), 0.5);
  assert.equal(evaluate('1e3'), 1000);
});

test('precedence', () => {
  assert.equal(evaluate('1 + 2 * 3'), 7);
  assert.equal(evaluate('(1 + 2) * 3'), 9);
  assert.equal(evaluate('10 - 4 - 3'), 3);
  assert.equal(evaluate('2 * 7 % 4'), 2);
  assert.equal(evaluate('8 / 4 / 2'), 1);
});

test('powers and signs', () => {
  assert.equal(evaluate('2 ^ 3 ^ 2'), 512);
  assert.equal(evaluate('-2 ^ 2'), -4);
  assert.equal(evaluate('2 ^ -1'), 0.5);
  assert.equal(evaluate('--3'), 3);
  assert.equal(evaluate('2 * -3'), -6);
  assert.equal(evaluate('1 - -1'), 2);
});

test('functions and constants', () => {
  assert.equal(evaluate('sqrt(16) + abs(-2)'), 6);
  assert.equal(evaluate('max(1, 5, 3) - min(2, 1)'), 4);
  assert.equal(evaluate('round(2.5) + floor(-0.5) + ceil(0.2)'), 3);
  assert.equal(evaluate('pi'), Math.PI);
  assert.equal(evaluate('e ^ 1'), Math.E);
});

test('variables', () => {
  assert.equal(evaluate('width * height_2', { width: 3, height_2: 4 }), 12);
  assert.equal(evaluate('e', { e: 5 }), 5);
  assert.deepEqual(variables('b + a * sqrt(b) - pi'), ['a', 'b']);
  assert.deepEqual(variables('1 + 2'), []);
});

test('bad texts have a position', () => {
  const at = (position) => (error) => error instanceof SyntaxError && error.position === position;
  assert.throws(() => evaluate('1 + '), at(4));
  assert.throws(() => evaluate(''), at(0));
  assert.throws(() => evaluate('1 $ 2'), at(2));
  assert.throws(() => evaluate('(1 + 2'), at(6));
  assert.throws(() => evaluate('1 2'), at(2));
  assert.throws(() => evaluate('1 + )'), at(4));
});

test('what cannot be calculated', () => {
  for (const text of ['x', 'constructor', 'foo(1)', 'sqrt()', 'sqrt(1, 2)', '1 / 0', '1 % 0', 'toString(1)']) {
    assert.throws(() => evaluate(text), (error) => error instanceof Error && !(error instanceof SyntaxError), text);
  }
});

test('the command', () => {
  assert.deepEqual(run('reckon', ['1 + 2'], { input: '' }), { code: 0, stdout: '3\n', stderr: '' });
  assert.equal(run('reckon', ['1', '+', '2'], { input: '' }).stdout, '3\n');
  assert.equal(run('reckon', ['--', '-1', '+', '2'], { input: '' }).stdout, '1\n');
  assert.equal(run('reckon', ['0.1 + 0.2'], { input: '' }).stdout, '0.30000000000000004\n');
});

test('variables and digits of the command', () => {
  assert.equal(run('reckon', ['--set', 'a=2', '--set', 'b=-1.5', 'a * b'], { input: '' }).stdout, '-3\n');
  assert.equal(run('reckon', ['--digits', '2', '1 / 3'], { input: '' }).stdout, '0.33\n');
  assert.equal(run('reckon', ['--digits', '0', '2.6'], { input: '' }).stdout, '3\n');
});

test('lines of standard input', () => {
  assert.deepEqual(run('reckon', [], { input: '1 + 1\n\n2 * 3\n' }), { code: 0, stdout: '2\n6\n', stderr: '' });
  const { code, stdout, stderr } = run('reckon', [], { input: '1\n1 +\n2\n' });
  assert.equal(code, 1);
  assert.equal(stdout, '1\n');
  assert.notEqual(stderr, '');
});

test('exit codes', () => {
  assert.equal(run('reckon', ['1 +'], { input: '' }).code, 1);
  assert.equal(run('reckon', ['x'], { input: '' }).code, 1);
  for (const args of [['--nonsense', '1'], ['--set', 'a', '1'], ['--set', 'a=x', '1'], ['--digits', '21', '1'], ['--digits', 'x', '1']]) {
    const { code, stdout, stderr } = run('reckon', args, { input: '' });
    assert.equal(code, 2, args.join(' '));
    assert.equal(stdout, '');
    assert.notEqual(stderr, '');
  }
  const help = run('reckon', ['--help'], { input: '' });
  assert.equal(help.code, 0);
  assert.match(help.stdout, /^Usage: reckon/);
});
