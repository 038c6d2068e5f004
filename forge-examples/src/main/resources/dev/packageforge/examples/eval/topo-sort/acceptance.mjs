import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { CycleError, batches, dependenciesOf, dependentsOf, sort } from 'PACKAGE';

const GRAPH = { app: ['lib', 'log'], lib: ['core'], log: ['core'], test: ['app'] };

function packageFolder() {
  let folder = dirname(fileURLToPath(import.meta.resolve('PACKAGE')));
  for (;;) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).name === 'PACKAGE') {
      return folder;
    }
    folder = dirname(folder);
  }
}

function cycleOf(action) {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof CycleError);
    return error;
  }
  return assert.fail('no cycle was found');
}

test('dependencies come first', () => {
  assert.deepEqual(sort(GRAPH), ['core', 'lib', 'log', 'app', 'test']);
});

test('the smallest name is next', () => {
  assert.deepEqual(sort({ b: [], a: [], c: [] }), ['a', 'b', 'c']);
  assert.deepEqual(sort({ a: ['z'], b: [], z: [] }), ['b', 'z', 'a']);
  assert.deepEqual(sort({ c: ['b'], d: [], a: ['c'], b: [] }), ['b', 'c', 'a', 'd']);
});

test('an empty graph, and a dependency named twice', () => {
  assert.deepEqual(sort({}), []);
  assert.deepEqual(batches({}), []);
  assert.deepEqual(sort({ a: ['b', 'b'] }), ['b', 'a']);
});

test('batches', () => {
  assert.deepEqual(batches(GRAPH), [['core'], ['lib', 'log'], ['app'], ['test']]);
  assert.deepEqual(batches({ x: [], b: ['x'], a: ['x', 'b'], c: [] }), [['c', 'x'], ['b'], ['a']]);
});

test('cycles', () => {
  for (const action of [() => sort({ a: ['b'], b: ['c'], c: ['a'] }), () => batches({ a: ['b'], b: ['c'], c: ['a'] })]) {
    const { cycle, name, message } = cycleOf(action);
    assert.equal(name, 'CycleError');
    assert.equal(cycle.length, 4);
    assert.equal(cycle[0], cycle[3]);
    assert.deepEqual([...new Set(cycle)].sort(), ['a', 'b', 'c']);
    assert.ok(message.includes(cycle.join(' -> ')));
  }
});

test('the cycle has only names that are part of it', () => {
  const graph = { start: ['p'], p: ['q'], q: ['p', 'free'], free: [] };
  const { cycle } = cycleOf(() => sort(graph));
  assert.deepEqual([...new Set(cycle)].sort(), ['p', 'q']);
  for (let i = 1; i < cycle.length; i++) {
    assert.ok(graph[cycle[i - 1]].includes(cycle[i]));
  }
});

test('a name that depends on itself', () => {
  const error = cycleOf(() => sort({ a: ['a'] }));
  assert.ok(error instanceof Error);
  assert.deepEqual(error.cycle, ['a', 'a']);
});

test('all dependencies and dependents', () => {
  assert.deepEqual(dependenciesOf(GRAPH, 'app'), ['core', 'lib', 'log']);
  assert.deepEqual(dependenciesOf(GRAPH, 'core'), []);
  assert.deepEqual(dependentsOf(GRAPH, 'core'), ['app', 'lib', 'log', 'test']);
  assert.deepEqual(dependentsOf(GRAPH, 'test'), []);
});

test('dependencies within a cycle', () => {
  const graph = { a: ['b'], b: ['a'], c: ['a'] };
  assert.deepEqual(dependenciesOf(graph, 'a'), ['a', 'b']);
  assert.deepEqual(dependenciesOf(graph, 'c'), ['a', 'b']);
  assert.deepEqual(dependentsOf(graph, 'a'), ['a', 'b', 'c']);
});

test('unknown names', () => {
  assert.throws(() => dependenciesOf(GRAPH, 'nothing'), RangeError);
  assert.throws(() => dependentsOf(GRAPH, 'toString'), RangeError);
});

test('the graph is left as it is', () => {
  const graph = Object.freeze({ a: Object.freeze(['b', 'c']) });
  sort(graph);
  batches(graph);
  assert.deepEqual(graph, { a: ['b', 'c'] });
});

test('declarations are in the package', () => {
  const declarations = readdirSync(packageFolder(), { recursive: true }).filter((path) => path.endsWith('.d.ts'));
  assert.ok(declarations.some((path) => readFileSync(join(packageFolder(), path), 'utf8').includes('CycleError')));
});
