import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseEnv } from 'eval-env-file';

test('reads keys and values', () => {
  assert.deepEqual(parseEnv('A=1\r\n  export B_2 =  x y  \n_c='), { A: '1', B_2: 'x y', _c: '' });
});

test('skips comments and blank lines', () => {
  assert.deepEqual(parseEnv('# x\n\n  # y\nA=1 # z\nB=1#2\nC= # none\n'), { A: '1', B: '1#2', C: '' });
});

test('lets later keys win', () => {
  assert.deepEqual(parseEnv('A=1\nA=2\n'), { A: '2' });
});

test('takes single quotes literally', () => {
  assert.deepEqual(parseEnv("A=' \\n\n${B} ' # x"), { A: ' \\n\n${B} ' });
});

test('reads escapes in double quotes', () => {
  assert.deepEqual(parseEnv('A="\\n\\t\\"\\\\\\x"\nB="\\\\n"\nC="\\n"\nD=""'), {
    A: '\n\t"\\\\x',
    B: '\\n',
    C: '\n',
    D: '',
  });
});

test('replaces references', () => {
  assert.deepEqual(parseEnv('A=x\nB=${A}${A}\nC="<${B}>"\nD=[${no}]', { env: { A: 'out' } }), {
    A: 'x',
    B: 'xx',
    C: '<xx>',
    D: '[]',
  });
  assert.equal(parseEnv('B=${A}', { env: { A: 'out' } }).B, 'out');
  assert.equal(parseEnv('B=${toString}').B, '');
});

test('knows defaults and escaped references', () => {
  assert.deepEqual(parseEnv('E=\nA=${E:-d}\nB=${E}\nC="\\${A}"\nD=${X:-}'), { E: '', A: 'd', B: '', C: '${A}', D: '' });
});

test('says on which line the entry begins', () => {
  assert.throws(() => parseEnv('A'), { name: 'SyntaxError', line: 1, message: 'line 1: this is not KEY=value' });
  assert.throws(() => parseEnv('A=1\nB="x\n'), { line: 2, message: 'line 2: the quote is never closed' });
  assert.throws(() => parseEnv('\n\nA="x"y'), { line: 3, message: 'line 3: there is text after the closing quote' });
});
