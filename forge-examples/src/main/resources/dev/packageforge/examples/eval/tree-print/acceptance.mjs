import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { run } from './support.mjs';

const root = mkdtempSync(join(tmpdir(), 'tree-'));
after(() => rmSync(root, { recursive: true }));

function folder(name, entries) {
  const path = join(root, name);
  mkdirSync(path);
  for (const entry of entries) {
    if (entry.endsWith('/')) {
      mkdirSync(join(path, entry), { recursive: true });
    } else {
      writeFileSync(join(path, entry), '');
    }
  }
  return path;
}

const some = folder('some', ['a/', 'a/x.txt', 'a/y/', 'a/y/deep.txt', 'b.txt', 'c/', 'c/z.txt', '.hidden', '.git/', '.git/config']);

const show = (...args) => run('treeshow', args, { input: '' });

test('a tree', () => {
  assert.deepEqual(show(some), {
    code: 0,
    stdout: [
      '.',
      '├── a/',
      '│   ├── x.txt',
      '│   └── y/',
      '│       └── deep.txt',
      '├── b.txt',
      '└── c/',
      '    └── z.txt',
      '',
      'folders: 3, files: 4',
      '',
    ].join('\n'),
    stderr: '',
  });
});

test('hidden entries', () => {
  const { stdout } = show('--all', some);
  assert.ok(stdout.startsWith('.\n├── .git/\n│   └── config\n├── .hidden\n├── a/\n'));
  assert.ok(stdout.endsWith('\n\nfolders: 4, files: 6\n'));
});

test('folders only', () => {
  assert.equal(show('--dirs', some).stdout, '.\n├── a/\n│   └── y/\n└── c/\n\nfolders: 3, files: 0\n');
});

test('a limited depth', () => {
  assert.equal(show('--depth', '1', some).stdout, '.\n├── a/\n├── b.txt\n└── c/\n\nfolders: 2, files: 1\n');
  assert.match(show('--depth', '2', some).stdout, /│ {3}└── y\/\n├── b\.txt/);
});

test('an empty folder', () => {
  assert.equal(show(folder('empty', [])).stdout, '.\n\nfolders: 0, files: 0\n');
});

test('entries are sorted by code units', () => {
  const path = folder('sorted', ['b', 'B', 'a10', 'a2', 'ä', '_']);
  assert.equal(show(path).stdout, '.\n├── B\n├── _\n├── a10\n├── a2\n├── b\n└── ä\n\nfolders: 0, files: 6\n');
});

test('links are shown and not followed', () => {
  const path = folder('links', ['real/', 'real/file']);
  symlinkSync('real', join(path, 'alias'));
  symlinkSync('nowhere', join(path, 'broken'));
  assert.equal(
    show(path).stdout,
    '.\n├── alias -> real\n├── broken -> nowhere\n└── real/\n    └── file\n\nfolders: 1, files: 3\n',
  );
});

test('a folder that is none', () => {
  for (const path of [join(root, 'missing'), join(some, 'b.txt')]) {
    const { code, stdout, stderr } = show(path);
    assert.equal(code, 1);
    assert.equal(stdout, '');
    assert.notEqual(stderr, '');
  }
});

test('wrong use', () => {
  for (const args of [['--nonsense'], ['--depth', '0'], ['--depth', 'x'], [some, some]]) {
    const { code, stdout, stderr } = show(...args);
    assert.equal(code, 2, args.join(' '));
    assert.equal(stdout, '');
    assert.notEqual(stderr, '');
  }
});

test('help', () => {
  const { code, stdout } = show('--help');
  assert.equal(code, 0);
  assert.match(stdout, /^Usage: treeshow/);
});
