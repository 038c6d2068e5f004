import assert from 'node:assert/strict';
import { test } from 'node:test';

import { PriorityQueue, nSmallest } from 'PACKAGE';

const byRank = (a, b) => a.rank - b.rank;

function drain(queue) {
  const out = [];
  while (queue.size > 0) {
    out.push(queue.pop());
  }
  return out;
}

test('the smallest comes first', () => {
  const queue = new PriorityQueue();
  assert.deepEqual([5, 1, 4].map((n) => queue.push(n)), [1, 2, 3]);
  assert.equal(queue.peek(), 1);
  assert.deepEqual(drain(queue), [1, 4, 5]);
});

test('an empty queue', () => {
  const queue = new PriorityQueue();
  assert.equal(queue.pop(), undefined);
  assert.equal(queue.peek(), undefined);
  assert.equal(queue.size, 0);
});

test('many items', () => {
  const items = Array.from({ length: 2000 }, (_, i) => (i * 7919) % 1999);
  const queue = new PriorityQueue(undefined, items);
  assert.equal(queue.size, 2000);
  assert.deepEqual(drain(queue), [...items].sort((a, b) => a - b));
});

test('another order, and strings', () => {
  assert.deepEqual(drain(new PriorityQueue((a, b) => b - a, [1, 3, 2])), [3, 2, 1]);
  assert.deepEqual(drain(new PriorityQueue(undefined, ['b', 'a', 'B'])), ['B', 'a', 'b']);
});

test('equals come out as they came in', () => {
  const items = Array.from({ length: 50 }, (_, id) => ({ rank: id % 3, id }));
  const out = drain(new PriorityQueue(byRank, items));
  assert.deepEqual(out, [...items].sort(byRank));
});

test('remove', () => {
  const items = [3, 1, 2, 5, 4].map((rank) => ({ rank }));
  const queue = new PriorityQueue(byRank, items);
  assert.equal(queue.remove(items[2]), true);
  assert.equal(queue.remove(items[2]), false);
  assert.equal(queue.remove({ rank: 1 }), false);
  assert.deepEqual(drain(queue).map(({ rank }) => rank), [1, 3, 4, 5]);
  const twice = new PriorityQueue(undefined, [1, 1, 2]);
  assert.equal(twice.remove(1), true);
  assert.deepEqual(drain(twice), [1, 2]);
});

test('update', () => {
  const items = [1, 2, 3, 4].map((rank) => ({ rank, name: `n${rank}` }));
  const queue = new PriorityQueue(byRank, items);
  items[3].rank = 0;
  assert.equal(queue.update(items[3]), true);
  items[0].rank = 9;
  assert.equal(queue.update(items[0]), true);
  assert.equal(queue.update({ rank: 2 }), false);
  assert.deepEqual(drain(queue).map(({ name }) => name), ['n4', 'n2', 'n3', 'n1']);
});

test('an updated item counts as just pushed', () => {
  const items = ['a', 'b'].map((name) => ({ rank: 1, name }));
  const queue = new PriorityQueue(byRank, items);
  queue.update(items[0]);
  assert.deepEqual(queue.toArray().map(({ name }) => name), ['b', 'a']);
});

test('looking at all items', () => {
  const queue = new PriorityQueue(undefined, [3, 1, 2]);
  assert.deepEqual(queue.toArray(), [1, 2, 3]);
  assert.deepEqual([...queue], [1, 2, 3]);
  assert.equal(queue.size, 3);
  assert.equal(queue.pop(), 1);
  queue.clear();
  assert.equal(queue.size, 0);
  assert.deepEqual(queue.toArray(), []);
  assert.equal(queue.push(1), 1);
});

test('the n smallest', () => {
  assert.deepEqual(nSmallest([5, 3, 9, 1, 7], 3), [1, 3, 5]);
  assert.deepEqual(nSmallest([2, 1], 5), [1, 2]);
  assert.deepEqual(nSmallest([2, 1], 0), []);
  assert.deepEqual(nSmallest(new Set([1, 2, 3]), 2, (a, b) => b - a), [3, 2]);
  const items = [1, 0, 1, 0, 1].map((rank, id) => ({ rank, id }));
  assert.deepEqual(nSmallest(items, 3, byRank).map(({ id }) => id), [1, 3, 0]);
});

test('a long iterable', () => {
  function* many() {
    for (let i = 300_000; i > 0; i--) {
      yield i;
    }
  }
  assert.deepEqual(nSmallest(many(), 3), [1, 2, 3]);
});

test('bad arguments', () => {
  for (const n of [-1, 1.5, '2', undefined]) {
    assert.throws(() => nSmallest([1], n), RangeError);
  }
  assert.throws(() => nSmallest([1], 1, 'x'), TypeError);
  assert.throws(() => new PriorityQueue(5), TypeError);
});
