import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { draw, readTree } from 'eval-tree-print';

const command = fileURLToPath(new URL('../bin/treeshow.js', import.meta.resolve('eval-tree-print')));
const root = mkdtempSync(join(tmpdir(), 'treeshow-'));
after(() => rmSync(root, { recursive: true }));
mkdirSync(join(root, 'b', 'c'), { recursive: true });
mkdirSync(join(root, 'd'));
for (const path of ['a', 'b/x', 'b/c/y', '.z']) {
  writeFileSync(join(root, path), '');
}
symlinkSync('b', join(root, 'l'));

function run(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('reads a folder', () => {
  assert.deepEqual(readTree(root), [
    { name: 'a', kind: 'file' },
    {
      name: 'b',
      kind: 'folder',
      entries: [
        { name: 'c', kind: 'folder', entries: [{ name: 'y', kind: 'file' }] },
        { name: 'x', kind: 'file' },
      ],
    },
    { name: 'd', kind: 'folder', entries: [] },
    { name: 'l', kind: 'link', target: 'b' },
  ]);
});

test('reads what it is told to', () => {
  const names = (options) => readTree(root, options).map(({ name }) => name);
  assert.deepEqual(names({ all: true }), ['.z', 'a', 'b', 'd', 'l']);
  assert.deepEqual(names({ dirs: true }), ['b', 'd']);
  assert.deepEqual(readTree(root, { dirs: true, depth: 1 })[0], { name: 'b', kind: 'folder', entries: [] });
  assert.deepEqual(readTree(root, { depth: 2 })[1].entries[0], { name: 'c', kind: 'folder', entries: [] });
});

test('draws', () => {
  assert.equal(draw([]), '.\n\nfolders: 0, files: 0\n');
  assert.equal(
    draw(readTree(root)),
    '.\n├── a\n├── b/\n│   ├── c/\n│   │   └── y\n│   └── x\n├── d/\n└── l -> b\n\nfolders: 3, files: 4\n',
  );
  const folder = { name: 'f', kind: 'folder', entries: [{ name: 'g', kind: 'file' }] };
  assert.equal(draw([folder]), '.\n└── f/\n    └── g\n\nfolders: 1, files: 1\n');
});

test('runs as a command', () => {
  assert.deepEqual(run(root), { status: 0, stdout: draw(readTree(root)), stderr: '' });
  assert.equal(run('--dirs', '--depth', '1', root).stdout, '.\n├── b/\n└── d/\n\nfolders: 2, files: 0\n');
  assert.match(run('--all', root).stdout, /^\.\n├── \.z\n/);
});

test('explains itself', () => {
  const { status, stdout } = run('--help');
  assert.equal(status, 0);
  assert.match(stdout, /^Usage: treeshow /);
});

test('ends with 1 if there is no such folder', () => {
  const { status, stdout, stderr } = run(join(root, 'missing'));
  assert.equal(status, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /^treeshow: ENOENT/);
});

test('ends with 2 if it is used wrongly', () => {
  for (const args of [['--what'], ['--depth', '0'], ['--depth', '1.5'], ['a', 'b']]) {
    const { status, stdout, stderr } = run(...args);
    assert.equal(status, 2, args.join(' '));
    assert.equal(stdout, '');
    assert.match(stderr, /^treeshow: /);
  }
});
