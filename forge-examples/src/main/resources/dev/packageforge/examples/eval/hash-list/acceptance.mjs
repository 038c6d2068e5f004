import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';

import { run } from './support.mjs';

const root = mkdtempSync(join(tmpdir(), 'hash-'));
after(() => rmSync(root, { recursive: true }));

const hash = (text, algorithm = 'sha256') => createHash(algorithm).update(text).digest('hex');
const hashlist = (...args) => run('hashlist', args, { input: '' });

function folder(name, files) {
  const path = join(root, name);
  mkdirSync(path);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), text);
  }
  return path;
}

function list(name, text) {
  const path = join(root, name);
  writeFileSync(path, text);
  return path;
}

const some = folder('some', { 'b.txt': 'bee', 'a/c.txt': 'sea', 'a.txt': '', 'a/d/e': 'x\n' });

test('a line for each file', () => {
  assert.deepEqual(hashlist(some), {
    code: 0,
    stdout: `${hash('')}  a.txt\n${hash('sea')}  a/c.txt\n${hash('x\n')}  a/d/e\n${hash('bee')}  b.txt\n`,
    stderr: '',
  });
});

test('other algorithms', () => {
  assert.ok(hashlist('--algorithm', 'sha1', some).stdout.startsWith(`${hash('', 'sha1')}  a.txt\n`));
  assert.ok(hashlist('--algorithm', 'md5', some).stdout.endsWith(`${hash('bee', 'md5')}  b.txt\n`));
});

test('empty folders and links', () => {
  assert.deepEqual(hashlist(folder('empty', {})), { code: 0, stdout: '', stderr: '' });
  const path = folder('links', { real: '1' });
  symlinkSync('real', join(path, 'alias'));
  assert.equal(hashlist(path).stdout, `${hash('1')}  real\n`);
});

test('binary files', () => {
  const bytes = Buffer.from([0, 255, 254, 10, 13]);
  assert.equal(hashlist(folder('binary', { bin: bytes })).stdout, `${hash(bytes)}  bin\n`);
});

test('all is as it was', () => {
  const file = list('same', `${hashlist(some).stdout}\n`);
  assert.deepEqual(hashlist('--check', file, some), {
    code: 0,
    stdout: 'ok a.txt\nok a/c.txt\nok a/d/e\nok b.txt\n',
    stderr: '',
  });
  assert.deepEqual(hashlist('--check', file, '--quiet', some), { code: 0, stdout: '', stderr: '' });
});

test('differences', () => {
  const file = list('other', `${hash('gone')}  gone\n${hash('bee')}  b.txt\n${hash('other')}  a/c.txt\n`);
  const { code, stdout } = hashlist('--check', file, some);
  assert.equal(code, 1);
  assert.equal(stdout, 'missing gone\nok b.txt\nchanged a/c.txt\nextra a.txt\nextra a/d/e\n');
  assert.equal(hashlist('--quiet', '--check', file, some).stdout, 'missing gone\nchanged a/c.txt\nextra a.txt\nextra a/d/e\n');
});

test('one extra file is a difference', () => {
  const path = folder('more', { a: '1', b: '2' });
  const { code, stdout } = hashlist('--check', list('less', `${hash('1')}  a\n`), path);
  assert.equal(code, 1);
  assert.equal(stdout, 'ok a\nextra b\n');
});

test('a check with another algorithm', () => {
  const path = folder('md5', { a: '1' });
  const file = list('md5-list', `${hash('1', 'md5')}  a\n`);
  assert.equal(hashlist('--check', file, '--algorithm', 'md5', path).code, 0);
});

test('what cannot be read', () => {
  const bad = list('bad', `${hash('1')}  a\nnonsense\n`);
  for (const args of [[join(root, 'nowhere')], ['--check', join(root, 'nowhere'), some], ['--check', bad, some]]) {
    const { code, stdout, stderr } = hashlist(...args);
    assert.equal(code, 3, args.join(' '));
    assert.equal(stdout, '');
    assert.notEqual(stderr, '');
  }
});

test('wrong use', () => {
  for (const args of [[], [some, some], ['--nonsense', some], ['--algorithm', 'crc', some], ['--quiet', some]]) {
    const { code, stdout, stderr } = hashlist(...args);
    assert.equal(code, 2, args.join(' '));
    assert.equal(stdout, '');
    assert.notEqual(stderr, '');
  }
});

test('help', () => {
  const { code, stdout } = hashlist('--help');
  assert.equal(code, 0);
  assert.match(stdout, /^Usage: hashlist/);
});
