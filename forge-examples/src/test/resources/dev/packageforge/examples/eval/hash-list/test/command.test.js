import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const command = fileURLToPath(new URL('../bin/hashlist.js', import.meta.resolve('eval-hash-list')));
const root = mkdtempSync(join(tmpdir(), 'hash-list-'));
after(() => rmSync(root, { recursive: true }));
const folder = join(root, 'folder');
mkdirSync(folder);
writeFileSync(join(folder, 'a'), '');
const list = join(root, 'list');
writeFileSync(list, 'd41d8cd98f00b204e9800998ecf8427e  a\n');

function run(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('lists', () => {
  assert.deepEqual(run('--algorithm', 'md5', folder), { status: 0, stdout: 'd41d8cd98f00b204e9800998ecf8427e  a\n', stderr: '' });
  assert.match(run(folder).stdout, /^[0-9a-f]{64} {2}a\n$/);
});

test('checks', () => {
  assert.deepEqual(run('--check', list, '--algorithm', 'md5', folder), { status: 0, stdout: 'ok a\n', stderr: '' });
  assert.equal(run('--check', list, '--algorithm', 'md5', '--quiet', folder).stdout, '');
  assert.deepEqual(run('--check', list, '--quiet', folder), { status: 1, stdout: 'changed a\n', stderr: '' });
});

test('explains itself', () => {
  const { status, stdout } = run('--help');
  assert.equal(status, 0);
  assert.match(stdout, /^Usage: hashlist /);
});

test('ends with 2 if it is used wrongly', () => {
  for (const args of [[], [folder, folder], ['--quiet', folder], ['--algorithm', 'x', folder], ['--what', folder]]) {
    const { status, stdout, stderr } = run(...args);
    assert.equal(status, 2, args.join(' '));
    assert.equal(stdout, '');
    assert.match(stderr, /^hashlist: /);
  }
});

test('ends with 3 if something cannot be read', () => {
  for (const args of [[join(root, 'no')], ['--check', join(root, 'no'), folder], ['--check', command, folder]]) {
    const { status, stdout, stderr } = run(...args);
    assert.equal(status, 3, args.join(' '));
    assert.equal(stdout, '');
    assert.match(stderr, /^hashlist: /);
  }
});
