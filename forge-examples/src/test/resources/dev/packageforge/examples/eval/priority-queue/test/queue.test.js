import assert from 'node:assert/strict';
import { test } from 'node:test';

import { PriorityQueue, nSmallest } from 'eval-priority-queue';

const byRank = (a, b) => a.rank - b.rank;

function drained(queue) {
  return Array.from({ length: queue.size }, () => queue.pop());
}

test('gives items in order', () => {
  const numbers = Array.from({ length: 100 }, (_, i) => (i * 37) % 101);
  const queue = new PriorityQueue();
  numbers.forEach((number, index) => assert.equal(queue.push(number), index + 1));
  assert.deepEqual(drained(queue), [...numbers].sort((a, b) => a - b));
});

test('gives equals as they came', () => {
  const items = Array.from({ length: 20 }, (_, id) => ({ rank: id % 2, id }));
  assert.deepEqual(drained(new PriorityQueue(byRank, items)), [...items].sort(byRank));
});

test('gives nothing when it is empty', () => {
  const queue = new PriorityQueue();
  assert.deepEqual([queue.size, queue.peek(), queue.pop(), queue.size], [0, undefined, undefined, 0]);
  queue.push(1);
  assert.deepEqual([queue.size, queue.peek(), queue.pop(), queue.size], [1, 1, 1, 0]);
});

test('removes the first of equal items', () => {
  const queue = new PriorityQueue(undefined, [4, 2, 5, 1, 3]);
  assert.equal(queue.remove(2), true);
  assert.equal(queue.remove(2), false);
  assert.equal(queue.remove(3), true);
  assert.deepEqual(drained(queue), [1, 4, 5]);
});

test('has the smallest first after each push', () => {
  const queue = new PriorityQueue();
  for (const item of [5, 7, 3, 4, 1]) {
    queue.push(item);
  }
  assert.equal(queue.peek(), 1);
  assert.equal(new PriorityQueue(undefined, [2, 1]).peek(), 1);
});

test('removes the one that would come first', () => {
  const [a, b] = [{ rank: 1 }, { rank: 1 }];
  const queue = new PriorityQueue(byRank, [a, b, a]);
  assert.equal(queue.remove(a), true);
  assert.ok(queue.pop() === b);
  assert.ok(queue.pop() === a);
});

test('keeps its order whatever is removed', () => {
  for (let gone = 0; gone < 15; gone++) {
    const queue = new PriorityQueue(undefined, Array.from({ length: 15 }, (_, i) => (i * 4) % 15));
    assert.equal(queue.remove(gone), true);
    assert.deepEqual(drained(queue), Array.from({ length: 15 }, (_, i) => i).filter((i) => i !== gone));
  }
});

test('finds the new place of an item', () => {
  const items = [1, 2, 3].map((rank) => ({ rank }));
  const queue = new PriorityQueue(byRank, items);
  items[0].rank = 3;
  assert.equal(queue.update(items[0]), true);
  assert.equal(queue.update({ rank: 3 }), false);
  assert.deepEqual(drained(queue), [items[1], items[2], items[0]]);
});

test('shows all items and keeps them', () => {
  const queue = new PriorityQueue((a, b) => b - a, [1, 3, 2]);
  assert.deepEqual(queue.toArray(), [3, 2, 1]);
  assert.deepEqual([...queue], [3, 2, 1]);
  assert.equal(queue.size, 3);
  queue.clear();
  assert.deepEqual([...queue], []);
});

test('finds the smallest items', () => {
  assert.deepEqual(nSmallest([3, 1, 2], 2), [1, 2]);
  assert.deepEqual(nSmallest([3, 1], 9), [1, 3]);
  assert.deepEqual(nSmallest([1], 0), []);
  const items = [1, 0, 1, 0].map((rank, id) => ({ rank, id }));
  assert.deepEqual(nSmallest(items, 3, byRank).map(({ id }) => id), [1, 3, 0]);
});

test('refuses bad arguments', () => {
  assert.throws(() => new PriorityQueue(null), { name: 'TypeError', message: 'compare must be a function' });
  assert.throws(() => nSmallest([], 1, 5), TypeError);
  assert.throws(() => nSmallest([], -1), { name: 'RangeError', message: /was -1/ });
  assert.throws(() => nSmallest([], 0.5), RangeError);
});
