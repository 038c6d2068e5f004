import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const command = fileURLToPath(new URL('../bin/jpick.js', import.meta.resolve('eval-json-pick')));
const folder = mkdtempSync(join(tmpdir(), 'jpick-'));
after(() => rmSync(folder, { recursive: true }));

function run(args, input = '{"a":"x","b":[1,{"c":2}]}') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], { input, encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('prints JSON, or raw text', () => {
  assert.deepEqual(run(['a']), { status: 0, stdout: '"x"\n', stderr: '' });
  assert.equal(run(['--raw', 'a']).stdout, 'x\n');
  assert.equal(run(['b[*]']).stdout, '1\n{"c":2}\n');
});

test('reads a file', () => {
  const file = join(folder, 'x.json');
  writeFileSync(file, '[null]');
  assert.equal(run(['[0]', file]).stdout, 'null\n');
});

test('ends with 1 if there is nothing, unless it has a default', () => {
  assert.deepEqual(run(['z']), { status: 1, stdout: '', stderr: '' });
  assert.deepEqual(run(['--default', '-', 'z']), { status: 0, stdout: '-\n', stderr: '' });
  assert.equal(run(['--default', 'q', 'a']).stdout, '"x"\n');
});

test('ends with 2 if it is used wrongly', () => {
  for (const args of [[], ['a..b'], ['--what', 'a'], ['a', 'b', 'c']]) {
    const { status, stdout, stderr } = run(args);
    assert.equal(status, 2, args.join(' '));
    assert.equal(stdout, '');
    assert.match(stderr, /^jpick: /);
  }
});

test('ends with 3 if the input is bad', () => {
  assert.equal(run(['a'], '{').status, 3);
  assert.match(run(['a', join(folder, 'missing')]).stderr, /^jpick: ENOENT/);
});

test('explains itself', () => {
  const { status, stdout } = run(['--help']);
  assert.equal(status, 0);
  assert.match(stdout, /^Usage: jpick /);
});
