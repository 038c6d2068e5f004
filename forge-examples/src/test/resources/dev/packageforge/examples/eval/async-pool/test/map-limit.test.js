import assert from 'node:assert/strict';
import { test } from 'node:test';

import { mapLimit } from 'eval-async-pool';

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('keeps the order of the items', async () => {
  const result = await mapLimit([3, 1, 2], 3, async (turns, index) => {
    for (let i = 0; i < turns; i++) {
      await turn();
    }
    return [turns, index];
  });
  assert.deepEqual(result, [[3, 0], [1, 1], [2, 2]]);
});

test('runs as many at once as it may', async () => {
  for (const limit of [1, 2, 4]) {
    let running = 0;
    let most = 0;
    await mapLimit('abcdefgh', limit, async () => {
      most = Math.max(most, ++running);
      await turn();
      running -= 1;
    });
    assert.equal(most, limit);
  }
});

test('starts nothing after a failure', async () => {
  const started = [];
  const failing = (n) => {
    started.push(n);
    if (n === 2) {
      throw new Error('two');
    }
    return turn();
  };
  await assert.rejects(mapLimit([1, 2, 3, 4], 2, failing), { message: 'two' });
  await turn();
  assert.deepEqual(started, [1, 2]);
});

test('takes nothing, and refuses a bad limit', async () => {
  assert.deepEqual(await mapLimit([], 1, turn), []);
  await assert.rejects(mapLimit([1], 0, turn), { name: 'RangeError', message: /positive integer, was 0/ });
  await assert.rejects(mapLimit([1], 1.5, turn), RangeError);
});
