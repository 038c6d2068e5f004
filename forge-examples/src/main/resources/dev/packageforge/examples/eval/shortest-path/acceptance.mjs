import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';

import { components, createGraph, distances, shortestPath } from 'PACKAGE';

const require = createRequire(import.meta.url);
const plain = (value) => JSON.parse(JSON.stringify(value));

function city() {
  return createGraph()
    .addEdge('a', 'b', 7)
    .addEdge('a', 'c', 9)
    .addEdge('a', 'f', 14)
    .addEdge('b', 'c', 10)
    .addEdge('b', 'd', 15)
    .addEdge('c', 'd', 11)
    .addEdge('c', 'f', 2)
    .addEdge('d', 'e', 6)
    .addEdge('f', 'e', 9);
}

test('nodes and edges', () => {
  const graph = createGraph().addNode('z').addEdge('a', 'b', 2).addEdge('b', 'a').addNode('a');
  assert.deepEqual(plain(graph.nodes()), ['z', 'a', 'b']);
  assert.deepEqual(plain(graph.edges()), [
    { from: 'a', to: 'b', weight: 2 },
    { from: 'b', to: 'a', weight: 1 },
  ]);
});

test('edges are replaced and removed', () => {
  const graph = createGraph().addEdge('a', 'b', 2).addEdge('b', 'c', 1).addEdge('a', 'b', 5);
  assert.deepEqual(plain(graph.edges()), [
    { from: 'a', to: 'b', weight: 5 },
    { from: 'b', to: 'c', weight: 1 },
  ]);
  assert.equal(graph.removeEdge('a', 'b'), graph);
  graph.removeEdge('c', 'a');
  assert.deepEqual(plain(graph.edges()), [{ from: 'b', to: 'c', weight: 1 }]);
  assert.deepEqual(plain(graph.nodes()), ['a', 'b', 'c']);
});

test('the shortest path', () => {
  assert.deepEqual(plain(shortestPath(city(), 'a', 'e')), { path: ['a', 'c', 'f', 'e'], distance: 20 });
  assert.deepEqual(plain(shortestPath(city(), 'a', 'd')), { path: ['a', 'c', 'd'], distance: 20 });
  assert.deepEqual(plain(shortestPath(city(), 'b', 'b')), { path: ['b'], distance: 0 });
  assert.equal(shortestPath(city(), 'e', 'a'), null);
});

test('undirected graphs', () => {
  const graph = createGraph({ directed: false }).addEdge('a', 'b', 1).addEdge('c', 'b', 2);
  assert.deepEqual(plain(shortestPath(graph, 'a', 'c')), { path: ['a', 'b', 'c'], distance: 3 });
  assert.deepEqual(plain(shortestPath(graph, 'c', 'a')), { path: ['c', 'b', 'a'], distance: 3 });
  assert.equal(graph.edges().length, 2);
  graph.addEdge('b', 'a', 4);
  assert.equal(graph.edges().length, 2);
  assert.equal(shortestPath(graph, 'a', 'b').distance, 4);
  graph.removeEdge('b', 'a');
  assert.equal(shortestPath(graph, 'a', 'b'), null);
});

test('fewer edges win among equals', () => {
  const graph = createGraph().addEdge('s', 'a', 1).addEdge('a', 't', 1).addEdge('s', 't', 2);
  assert.deepEqual(plain(shortestPath(graph, 's', 't')), { path: ['s', 't'], distance: 2 });
});

test('the first names win then', () => {
  const graph = createGraph();
  for (const middle of ['z', 'm', 'b', 'x']) {
    graph.addEdge('s', middle, 1).addEdge(middle, 't', 1);
  }
  assert.deepEqual(plain(shortestPath(graph, 's', 't').path), ['s', 'b', 't']);
  const later = createGraph().addEdge('s', 'a', 2).addEdge('a', 'z', 1).addEdge('s', 'b', 1).addEdge('b', 'y', 2).addEdge('z', 't', 1).addEdge('y', 't', 1);
  assert.deepEqual(plain(shortestPath(later, 's', 't').path), ['s', 'a', 'z', 't']);
});

test('edges without weight', () => {
  const graph = createGraph().addEdge('a', 'b', 0).addEdge('b', 'a', 0).addEdge('b', 'c', 0);
  assert.deepEqual(plain(shortestPath(graph, 'a', 'c')), { path: ['a', 'b', 'c'], distance: 0 });
});

test('distances', () => {
  assert.deepEqual([...distances(city(), 'a')], [['a', 0], ['b', 7], ['c', 9], ['f', 11], ['d', 20], ['e', 20]]);
  assert.deepEqual([...distances(city(), 'e')], [['e', 0]]);
});

test('components', () => {
  const graph = createGraph().addEdge('d', 'b').addEdge('c', 'b').addNode('x').addEdge('z', 'a');
  assert.deepEqual(plain(components(graph)), [['a', 'z'], ['b', 'c', 'd'], ['x']]);
  assert.deepEqual(plain(components(createGraph())), []);
});

test('a larger graph', () => {
  const graph = createGraph({ directed: false });
  for (let x = 0; x < 30; x++) {
    for (let y = 0; y < 30; y++) {
      if (x > 0) graph.addEdge(`${x - 1},${y}`, `${x},${y}`, 1 + ((x * y) % 3));
      if (y > 0) graph.addEdge(`${x},${y - 1}`, `${x},${y}`, 1 + ((x + y) % 2));
    }
  }
  const { path, distance } = shortestPath(graph, '0,0', '29,29');
  const weights = new Map(graph.edges().flatMap(({ from, to, weight }) => [[`${from} ${to}`, weight], [`${to} ${from}`, weight]]));
  const total = path.slice(1).reduce((sum, name, i) => sum + weights.get(`${path[i]} ${name}`), 0);
  assert.equal(total, distance);
  assert.equal(distances(graph, '0,0').get('29,29'), distance);
});

test('bad arguments', () => {
  for (const weight of [-1, NaN, Infinity, '1']) {
    assert.throws(() => createGraph().addEdge('a', 'b', weight), RangeError);
  }
  assert.throws(() => createGraph().addNode(5), TypeError);
  assert.throws(() => createGraph().addEdge('a', null), TypeError);
  assert.throws(() => shortestPath(city(), 'a', 'nowhere'), RangeError);
  assert.throws(() => shortestPath(city(), 'toString', 'a'), RangeError);
  assert.throws(() => distances(city(), 'nowhere'), RangeError);
  assert.throws(() => city().removeEdge('a', 'nowhere'), RangeError);
});

test('require has the same exports', () => {
  const required = require('PACKAGE');
  const graph = required.createGraph().addEdge('a', 'b', 3);
  assert.equal(required.shortestPath(graph, 'a', 'b').distance, 3);
  assert.equal(required.distances(graph, 'a').get('b'), 3);
  assert.deepEqual(plain(required.components(graph)), [['a', 'b']]);
});
