import assert from 'node:assert/strict';
import { test } from 'node:test';

import { CycleError, batches, dependenciesOf, dependentsOf, sort } from 'eval-topo-sort';

const GRAPH = { d: ['b', 'c'], b: ['a'], c: ['a'], e: [] };

test('puts dependencies first and small names next', () => {
  assert.deepEqual(sort(GRAPH), ['a', 'b', 'c', 'd', 'e']);
  assert.deepEqual(sort({ a: ['z'], m: [] }), ['m', 'z', 'a']);
  assert.deepEqual(sort({}), []);
});

test('makes batches', () => {
  assert.deepEqual(batches(GRAPH), [['a', 'e'], ['b', 'c'], ['d']]);
  assert.deepEqual(batches({}), []);
});

test('tells the cycle', () => {
  assert.throws(() => sort({ a: ['b'], b: ['c'], c: ['b'] }), (error) => {
    assert.ok(error instanceof CycleError);
    assert.equal(error.name, 'CycleError');
    assert.deepEqual(error.cycle, ['b', 'c', 'b']);
    assert.equal(error.message, 'there is a cycle: b -> c -> b');
    return true;
  });
  assert.throws(() => batches({ a: ['a'] }), { cycle: ['a', 'a'] });
});

test('finds all dependencies', () => {
  assert.deepEqual(dependenciesOf(GRAPH, 'd'), ['a', 'b', 'c']);
  assert.deepEqual(dependenciesOf(GRAPH, 'a'), []);
  assert.deepEqual(dependenciesOf({ a: ['b'], b: ['a'] }, 'a'), ['a', 'b']);
});

test('finds all dependents', () => {
  assert.deepEqual(dependentsOf(GRAPH, 'a'), ['b', 'c', 'd']);
  assert.deepEqual(dependentsOf(GRAPH, 'e'), []);
});

test('knows only names of the graph', () => {
  assert.throws(() => dependenciesOf(GRAPH, 'x'), { name: 'RangeError', message: '"x" is not in the graph' });
  assert.throws(() => dependentsOf(GRAPH, 'x'), RangeError);
});
