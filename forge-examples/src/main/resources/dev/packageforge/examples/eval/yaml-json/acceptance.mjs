import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { run } from './support.mjs';

const folder = mkdtempSync(join(tmpdir(), 'yj-'));
after(() => rmSync(folder, { recursive: true }));

const yj = (input, ...args) => run('yj', args, { input });
const json = (input, ...args) => JSON.parse(yj(input, ...args).stdout);

test('YAML to JSON', () => {
  assert.deepEqual(yj('b: 1\na: [x, true, null]\n'), {
    code: 0,
    stdout: '{\n  "b": 1,\n  "a": [\n    "x",\n    true,\n    null\n  ]\n}\n',
    stderr: '',
  });
});

test('scalars and text blocks', () => {
  assert.deepEqual(json('a: 1.5\nb: "2"\nc: |\n  one\n  two\nd: ~\n'), { a: 1.5, b: '2', c: 'one\ntwo\n', d: null });
  assert.equal(yj('').stdout, 'null\n');
  assert.equal(yj('hello\n').stdout, '"hello"\n');
});

test('anchors', () => {
  assert.deepEqual(json('a: &x {n: 1}\nb: *x\n'), { a: { n: 1 }, b: { n: 1 } });
});

test('compact', () => {
  assert.equal(yj('a: [1, 2]\nb: {c: d}\n', '--compact').stdout, '{"a":[1,2],"b":{"c":"d"}}\n');
});

test('several documents', () => {
  assert.deepEqual(json('a: 1\n---\n- 2\n', '--all'), [{ a: 1 }, [2]]);
  assert.deepEqual(json('a: 1\n', '--all'), [{ a: 1 }]);
  assert.equal(yj('', '--all', '--compact').stdout, '[]\n');
  const { code, stdout, stderr } = yj('a: 1\n---\nb: 2\n');
  assert.equal(code, 1);
  assert.equal(stdout, '');
  assert.notEqual(stderr, '');
});

test('JSON to YAML', () => {
  const { code, stdout } = yj('{"a": [1, {"b": "x"}], "c": null}', '--reverse');
  assert.equal(code, 0);
  assert.equal(stdout, 'a:\n  - 1\n  - b: x\nc: null\n');
  const long = `${'word '.repeat(60)}end`;
  assert.equal(yj(JSON.stringify({ long }), '--reverse').stdout, `long: ${long}\n`);
});

test('there and back', () => {
  const value = { a: 'true', b: ['', ' x', '1'], c: { d: 'a: b', e: '#' }, f: 'two\nlines\n' };
  assert.deepEqual(json(yj(JSON.stringify(value), '--reverse').stdout), value);
});

test('sort', () => {
  assert.equal(yj('b: 1\na: {d: 1, c: [2, 1]}\nB: 1\n', '--sort', '--compact').stdout, '{"B":1,"a":{"c":[2,1],"d":1},"b":1}\n');
  assert.equal(yj('{"b":1,"a":{"z":1,"y":2}}', '--reverse', '--sort').stdout, 'a:\n  y: 2\n  z: 1\nb: 1\n');
});

test('get', () => {
  const input = 'server:\n  ports: [80, 443]\n  name: x\n  none: null\n';
  assert.equal(yj(input, '--get', 'server.ports.1').stdout, '443\n');
  assert.equal(yj(input, '--get', 'server.ports', '--compact').stdout, '[80,443]\n');
  assert.equal(yj(input, '--get', 'server.none').stdout, 'null\n');
  assert.equal(yj('{"a":{"b":[1]}}', '--reverse', '--get', 'a').stdout, 'b:\n  - 1\n');
  for (const path of ['server.x', 'server.ports.2', 'server.name.first', 'server.toString']) {
    const { code, stdout, stderr } = yj(input, '--get', path);
    assert.equal(code, 4, path);
    assert.equal(stdout, '');
    assert.notEqual(stderr, '');
  }
});

test('bad input', () => {
  const bad = yj('a: 1\nb: 2\nc: [1, 2\n');
  assert.equal(bad.code, 1);
  assert.equal(bad.stdout, '');
  assert.match(bad.stderr, /line \d/);
  assert.match(yj('a: 1\nb: 1\na: 2\n').stderr, /line 3/);
  for (const [input, args] of [['{"a":', ['--reverse']], ['', ['--reverse']], ['', [join(folder, 'missing')]]]) {
    const { code, stdout, stderr } = yj(input, ...args);
    assert.equal(code, 1);
    assert.equal(stdout, '');
    assert.notEqual(stderr, '');
  }
});

test('wrong use', () => {
  for (const args of [['--nonsense'], ['--reverse', '--compact'], ['--reverse', '--all'], ['a', 'b'], ['--get']]) {
    const { code, stdout, stderr } = yj('a: 1', ...args);
    assert.equal(code, 2, args.join(' '));
    assert.equal(stdout, '');
    assert.notEqual(stderr, '');
  }
});

test('a file, and help', () => {
  const file = join(folder, 'a.yaml');
  writeFileSync(file, '- 1\n');
  assert.equal(run('yj', ['--compact', file], {}).stdout, '[1]\n');
  const { code, stdout } = yj('', '--help');
  assert.equal(code, 0);
  assert.match(stdout, /^Usage: yj/);
});
