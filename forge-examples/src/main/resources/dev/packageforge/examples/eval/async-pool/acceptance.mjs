import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createPool, mapLimit } from 'PACKAGE';

const turn = () => new Promise((resolve) => setImmediate(resolve));

function gate() {
  let open;
  let fail;
  const promise = new Promise((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { promise, open, fail };
}

test('results in the order of the items', async () => {
  const gates = [gate(), gate(), gate()];
  const result = mapLimit(['a', 'b', 'c'], 3, async (item, index) => {
    await gates[index].promise;
    return `${item}${index}`;
  });
  gates[2].open();
  await turn();
  gates[0].open();
  gates[1].open();
  assert.deepEqual(await result, ['a0', 'b1', 'c2']);
});

test('never more than the limit at once, and as many as that', async () => {
  let running = 0;
  let most = 0;
  await mapLimit(Array.from({ length: 10 }), 3, async () => {
    running += 1;
    most = Math.max(most, running);
    await turn();
    running -= 1;
  });
  assert.equal(most, 3);
});

test('iterables, no items, synchronous functions', async () => {
  assert.deepEqual(await mapLimit(new Set([1, 2, 3]), 2, (n) => n * 2), [2, 4, 6]);
  assert.deepEqual(await mapLimit([], 2, () => assert.fail('not called')), []);
});

test('the first rejection stops the rest', async () => {
  const started = [];
  await assert.rejects(
    mapLimit([0, 1, 2, 3, 4, 5], 2, async (n) => {
      started.push(n);
      await turn();
      if (n === 1) {
        throw new Error('one');
      }
    }),
    /one/,
  );
  const then = [...started];
  await turn();
  await turn();
  assert.deepEqual(started, then);
  assert.ok(!started.includes(5));
});

test('a synchronous throw is a rejection', async () => {
  await assert.rejects(
    mapLimit([1], 1, () => {
      throw new TypeError('at once');
    }),
    TypeError,
  );
});

test('bad limits', async () => {
  for (const limit of [0, -1, 1.5, '2', undefined]) {
    await assert.rejects(mapLimit([1], limit, () => assert.fail('started')), RangeError);
    assert.throws(() => createPool(limit), RangeError);
  }
});

test('a pool starts what has a place, in order', async () => {
  const pool = createPool(2);
  const gates = [gate(), gate(), gate()];
  const started = [];
  const runs = gates.map(({ promise }, i) =>
    pool.run(() => {
      started.push(i);
      return promise;
    }),
  );
  await turn();
  assert.deepEqual(started, [0, 1]);
  assert.equal(pool.active, 2);
  assert.equal(pool.waiting, 1);
  gates[1].open('second');
  assert.equal(await runs[1], 'second');
  await turn();
  assert.deepEqual(started, [0, 1, 2]);
  gates[0].open('first');
  gates[2].open('third');
  assert.deepEqual(await Promise.all(runs), ['first', 'second', 'third']);
  await pool.idle();
  assert.equal(pool.active, 0);
  assert.equal(pool.waiting, 0);
});

test('a rejection does not disturb the others', async () => {
  const pool = createPool(1);
  const bad = pool.run(async () => {
    throw new Error('bad');
  });
  const good = pool.run(() => 'good');
  await assert.rejects(bad, /bad/);
  assert.equal(await good, 'good');
});

test('idle resolves at once and after the last', async () => {
  const pool = createPool(1);
  await pool.idle();
  const first = gate();
  let idle = false;
  pool.run(() => first.promise);
  pool.run(() => turn());
  const wait = pool.idle().then(() => {
    idle = true;
  });
  await turn();
  assert.equal(idle, false);
  first.open();
  await wait;
  assert.equal(pool.active + pool.waiting, 0);
});

test('clear drops what waits', async () => {
  const pool = createPool(1);
  const first = gate();
  const running = pool.run(() => first.promise);
  const waiting = [pool.run(() => assert.fail('started')), pool.run(() => assert.fail('started'))];
  const results = Promise.allSettled(waiting);
  await turn();
  pool.clear();
  for (const { status, reason } of await results) {
    assert.equal(status, 'rejected');
    assert.ok(reason instanceof Error);
    assert.equal(reason.name, 'AbortError');
  }
  assert.equal(pool.waiting, 0);
  first.open('done');
  assert.equal(await running, 'done');
  assert.equal(await pool.run(() => 'again'), 'again');
});
