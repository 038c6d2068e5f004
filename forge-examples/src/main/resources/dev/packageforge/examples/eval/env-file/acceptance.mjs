import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { loadEnvFiles, parseEnv } from 'PACKAGE';

const plain = (value) => JSON.parse(JSON.stringify(value));
const read = (text, options) => plain(parseEnv(text, options));
const folder = mkdtempSync(join(tmpdir(), 'env-'));
after(() => rmSync(folder, { recursive: true }));

test('keys and values', () => {
  assert.deepEqual(read('A=1\n B_2 = two words \r\n\n# no\nexport C=3\nD='), { A: '1', B_2: 'two words', C: '3', D: '' });
  assert.deepEqual(read('A=1\nA=2'), { A: '2' });
  assert.deepEqual(read(''), {});
});

test('comments after values', () => {
  assert.deepEqual(read('A=1 # one\nB=1#2\nC="x # y" # z'), { A: '1', B: '1#2', C: 'x # y' });
});

test('single quotes are literal', () => {
  assert.deepEqual(read("A=' x \\n ${B} '"), { A: ' x \\n ${B} ' });
});

test('double quotes have escapes', () => {
  assert.deepEqual(read('A="a\\nb\\tc\\"d\\\\e\\q"'), { A: 'a\nb\tc"d\\e\\q' });
});

test('several lines', () => {
  assert.deepEqual(read('A="one\ntwo"\nB=\'x\ny\'\nC=z'), { A: 'one\ntwo', B: 'x\ny', C: 'z' });
});

test('values of earlier keys', () => {
  assert.deepEqual(read('A=x\nB=${A}y\nC="${B}-${A}"\nD=${Z}.'), { A: 'x', B: 'xy', C: 'xy-x', D: '.' });
});

test('values from outside', () => {
  assert.deepEqual(read('B=${HOME}/x\nHOME=in\nC=${HOME}', { env: { HOME: 'out' } }), { B: 'out/x', HOME: 'in', C: 'in' });
});

test('defaults', () => {
  assert.deepEqual(read('E=\nA=${X:-none}\nB="${E:-empty}"\nC=${A:-other}'), { E: '', A: 'none', B: 'empty', C: 'none' });
});

test('an escaped reference', () => {
  assert.deepEqual(read('A=1\nB="\\${A}"'), { A: '1', B: '${A}' });
});

test('process.env is left alone', () => {
  parseEnv('EVAL_ENV_FILE_CANARY=1');
  assert.equal(process.env.EVAL_ENV_FILE_CANARY, undefined);
});

test('errors have a line', () => {
  const at = (line) => (error) => error instanceof SyntaxError && error.line === line;
  assert.throws(() => parseEnv('A=1\nnothing'), at(2));
  assert.throws(() => parseEnv('1A=1'), at(1));
  assert.throws(() => parseEnv('A=1\n\nB="open\nC=1\n'), at(3));
  assert.throws(() => parseEnv('A="x\ny"\nB="x" y'), at(3));
  assert.throws(() => parseEnv('A-B=1'), at(1));
});

test('files', () => {
  const one = join(folder, 'one.txt');
  const two = join(folder, 'two.txt');
  writeFileSync(one, 'A=1\nB=1\n');
  writeFileSync(two, 'B=2\nC=${A}${X}\n');
  assert.deepEqual(plain(loadEnvFiles([one, two], { env: { X: 'x' } })), { A: '1', B: '2', C: '1x' });
  const missing = join(folder, 'missing.txt');
  assert.deepEqual(plain(loadEnvFiles([missing, one], { optional: true })), { A: '1', B: '1' });
  assert.throws(() => loadEnvFiles([missing]), { code: 'ENOENT' });
});
