import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { formatTable, summary } from 'PACKAGE';
import { run } from './support.mjs';

const folder = mkdtempSync(join(tmpdir(), 'table-'));
after(() => rmSync(folder, { recursive: true }));

const ROWS = [
  ['name', 'state', 'ms'],
  ['lint', 'ok', 12],
  ['unit tests', 'failed', 3450],
  ['e2e', 'skipped', 0],
];
const INPUT = ROWS.map((row) => row.join('\t')).join('\n');
const TABLE = [
  'name        state    ms',
  '----------  -------  ----',
  'lint        ok         12',
  'unit tests  failed   3450',
  'e2e         skipped     0',
  '',
].join('\n');

const uncolored = (text) => text.replace(/\u001b\[\d+m/g, '');

test('a table', () => {
  assert.equal(formatTable(ROWS), TABLE);
});

test('edges', () => {
  assert.equal(formatTable([]), '');
  assert.equal(formatTable([['a', 'b']]), 'a  b\n-  -\n');
  assert.equal(formatTable([['a', 'b'], ['long']]), 'a     b\n----  -\nlong\n');
  assert.equal(formatTable([['x'], ['😀😀']]), 'x\n--\n😀😀\n');
});

test('numbers are aligned right', () => {
  assert.equal(formatTable([['n', 'm'], [100, 'x'], [7, 'y'], ['t', 1]]), 'n    m\n---  -\n100  x\n  7  y\nt    1\n');
});

test('colours', () => {
  const text = formatTable(ROWS, { color: true });
  assert.equal(uncolored(text), formatTable(ROWS));
  assert.ok(text.includes('\u001b[32mok\u001b[39m'));
  assert.ok(text.includes('\u001b[31mfailed\u001b[39m'));
  assert.ok(text.includes('\u001b[33mskipped\u001b[39m'));
  assert.ok(text.split('\n')[0].includes('\u001b[1m'));
  assert.ok(!formatTable([['a'], ['okay']], { color: true }).includes('\u001b[32m'));
});

test('sort', () => {
  const names = (column) => formatTable(ROWS, { sort: column }).split('\n').slice(2, 5).map((line) => line.split('  ')[0]);
  assert.deepEqual(names('ms'), ['e2e', 'lint', 'unit tests']);
  assert.deepEqual(names('name'), ['e2e', 'lint', 'unit tests']);
  assert.deepEqual(names('state'), ['unit tests', 'lint', 'e2e']);
  assert.equal(formatTable([['v'], ['b'], [10], ['a'], [9]], { sort: 'v' }), 'v\n--\n 9\n10\na\nb\n');
  assert.throws(() => formatTable(ROWS, { sort: 'nothing' }), RangeError);
});

test('sort keeps equals and changes nothing', () => {
  const rows = [['k', 'v'], [1, 'b'], [0, 'c'], [1, 'a']];
  assert.equal(formatTable(rows, { sort: 'k' }), 'k  v\n-  -\n0  c\n1  b\n1  a\n');
  assert.deepEqual(rows, [['k', 'v'], [1, 'b'], [0, 'c'], [1, 'a']]);
});

test('summary', () => {
  assert.equal(summary(ROWS), '1 ok, 1 failed, 1 skipped');
  assert.equal(summary([]), '0 ok, 0 failed, 0 skipped');
});

test('the command', () => {
  const { code, stdout, stderr } = run('statustab', [], { input: INPUT });
  assert.equal(code, 3);
  assert.equal(stdout, formatTable(ROWS));
  assert.equal(stderr, '');
  assert.equal(run('statustab', [], { input: 'a\tb\n\nx\tok\n' }).code, 0);
});

test('options of the command', () => {
  assert.equal(run('statustab', ['--sort', 'ms', '--summary'], { input: INPUT }).stdout, `${formatTable(ROWS, { sort: 'ms' })}\n1 ok, 1 failed, 1 skipped\n`);
  assert.ok(run('statustab', ['--color'], { input: INPUT }).stdout.includes('\u001b[31mfailed'));
});

test('a file, and help', () => {
  const file = join(folder, 'a.tsv');
  writeFileSync(file, 'n\n-1.5\n10\n');
  assert.deepEqual(run('statustab', [file], {}), { code: 0, stdout: 'n\n----\n-1.5\n  10\n', stderr: '' });
  const help = run('statustab', ['--help'], { input: '' });
  assert.equal(help.code, 0);
  assert.match(help.stdout, /^Usage: statustab/);
});

test('trouble', () => {
  for (const [expected, args] of [[1, [join(folder, 'missing')]], [1, ['--sort', 'x']], [2, ['--nonsense']], [2, ['a', 'b']]]) {
    const { code, stdout, stderr } = run('statustab', args, { input: INPUT });
    assert.equal(code, expected, args.join(' '));
    assert.equal(stdout, '');
    assert.notEqual(stderr, '');
  }
});
