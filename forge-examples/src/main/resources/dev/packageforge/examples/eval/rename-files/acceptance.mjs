import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { run } from './support.mjs';

const root = mkdtempSync(join(tmpdir(), 'rename-'));
after(() => rmSync(root, { recursive: true }));

let count = 0;

function folder(...names) {
  const path = join(root, `f${count++}`);
  mkdirSync(path);
  for (const name of names) {
    if (name.endsWith('/')) {
      mkdirSync(join(path, name));
    } else {
      writeFileSync(join(path, name), name);
    }
  }
  return path;
}

const renamer = (...args) => run('renamer', args, { input: '' });
const contents = (path) => Object.fromEntries(readdirSync(path).sort().map((name) => [name, readFileSync(join(path, name), 'utf8')]));

test('a plan', () => {
  const path = folder('b.jpeg', 'a.jpeg', 'c.png');
  assert.deepEqual(renamer('--pattern', '\\.jpeg$', '--to', '.jpg', path), {
    code: 0,
    stdout: 'a.jpeg -> a.jpg\nb.jpeg -> b.jpg\n2 to rename\n',
    stderr: '',
  });
  assert.deepEqual(Object.keys(contents(path)), ['a.jpeg', 'b.jpeg', 'c.png']);
});

test('renaming', () => {
  const path = folder('b.jpeg', 'a.jpeg', 'c.png');
  const { code, stdout } = renamer('--apply', '--pattern', '\\.jpeg$', '--to', '.jpg', path);
  assert.equal(code, 0);
  assert.equal(stdout, 'a.jpeg -> a.jpg\nb.jpeg -> b.jpg\n2 renamed\n');
  assert.deepEqual(contents(path), { 'a.jpg': 'a.jpeg', 'b.jpg': 'b.jpeg', 'c.png': 'c.png' });
});

test('groups', () => {
  const path = folder('2026-03.txt');
  assert.equal(renamer('--pattern', '(\\d+)-(?<month>\\d+)', '--to', '$<month>_$1', path).stdout, '2026-03.txt -> 03_2026.txt\n1 to rename\n');
});

test('a counter', () => {
  const path = folder('x.png', 'b.png', 'other.txt', 'a.png');
  assert.equal(
    renamer('--pattern', '^.*\\.png$', '--to', 'img-{n:3}-{n}.png', path).stdout,
    'a.png -> img-001-1.png\nb.png -> img-002-2.png\nx.png -> img-003-3.png\n3 to rename\n',
  );
});

test('only the first match, and names that stay', () => {
  assert.equal(renamer('--pattern', 'a', '--to', 'b', folder('aaa', 'b', 'c')).stdout, 'aaa -> baa\n1 to rename\n');
  assert.equal(renamer('--pattern', 'a', '--to', 'a', folder('a')).stdout, '0 to rename\n');
});

test('files only', () => {
  const path = folder('xa', 'xb/', '.xc');
  symlinkSync('xa', join(path, 'xd'));
  assert.equal(renamer('--pattern', '^\\.?x', '--to', 'y', path).stdout, 'xa -> ya\n1 to rename\n');
});

test('chains and swaps', () => {
  const chain = folder('1', '11', '111');
  assert.equal(renamer('--apply', '--pattern', '$', '--to', '1', chain).code, 0);
  assert.deepEqual(contents(chain), { 11: '1', 111: '11', 1111: '111' });
  const swap = folder('ab', 'ba');
  assert.equal(renamer('--apply', '--pattern', '^(.)(.)$', '--to', '$2$1', swap).code, 0);
  assert.deepEqual(contents(swap), { ab: 'ba', ba: 'ab' });
});

test('two files with the same new name', () => {
  const path = folder('a1', 'a2', 'b1', 'b2');
  assert.deepEqual(renamer('--apply', '--pattern', '\\d$', '--to', '', path), { code: 1, stdout: '', stderr: 'conflict: a\nconflict: b\n' });
  assert.deepEqual(Object.keys(contents(path)), ['a1', 'a2', 'b1', 'b2']);
});

test('a new name that is taken', () => {
  const path = folder('a.old', 'a', 'b.old');
  const { code, stdout, stderr } = renamer('--apply', '--pattern', '\\.old$', '--to', '', path);
  assert.equal(code, 1);
  assert.equal(stdout, '');
  assert.equal(stderr, 'conflict: a\n');
  assert.deepEqual(Object.keys(contents(path)), ['a', 'a.old', 'b.old']);
  assert.equal(renamer('--pattern', '^x', '--to', 'd', folder('x', 'd/')).code, 1);
});

test('names that cannot be', () => {
  for (const [to, name] of [['', ''], ['..', '..'], ['a/b', 'a/b']]) {
    const path = folder('x');
    const { code, stdout, stderr } = renamer('--apply', '--pattern', '^x$', '--to', to, path);
    assert.equal(code, 1);
    assert.equal(stdout, '');
    assert.equal(stderr, `invalid: ${name}\n`);
    assert.deepEqual(contents(path), { x: 'x' });
  }
});

test('wrong use', () => {
  const path = folder('a');
  for (const args of [
    ['--to', 'x', path],
    ['--pattern', 'a', path],
    ['--pattern', 'a', '--to', 'x'],
    ['--pattern', '(', '--to', 'x', path],
    ['--pattern', 'a', '--to', 'x', path, path],
    ['--nonsense', '--pattern', 'a', '--to', 'x', path],
  ]) {
    const { code, stdout, stderr } = renamer(...args);
    assert.equal(code, 2, args.join(' '));
    assert.equal(stdout, '');
    assert.notEqual(stderr, '');
  }
});

test('a folder that cannot be read, and help', () => {
  const { code, stdout, stderr } = renamer('--pattern', 'a', '--to', 'b', join(root, 'missing'));
  assert.equal(code, 1);
  assert.equal(stdout, '');
  assert.notEqual(stderr, '');
  const help = renamer('--help');
  assert.equal(help.code, 0);
  assert.match(help.stdout, /^Usage: renamer/);
});
