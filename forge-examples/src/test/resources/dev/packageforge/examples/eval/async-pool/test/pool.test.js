import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createPool } from 'eval-async-pool';

const turn = () => new Promise((resolve) => setImmediate(resolve));

function gate() {
  const result = {};
  result.promise = new Promise((resolve) => {
    result.open = resolve;
  });
  return result;
}

test('starts first what came first', async () => {
  const pool = createPool(1);
  const order = [];
  await Promise.all([1, 2, 3].map((n) => pool.run(() => order.push(n))));
  assert.deepEqual(order, [1, 2, 3]);
});

test('counts what runs and waits', async () => {
  const pool = createPool(2);
  const gates = [gate(), gate(), gate()];
  const runs = gates.map(({ promise }) => pool.run(() => promise));
  assert.deepEqual([pool.active, pool.waiting], [2, 1]);
  gates[0].open('x');
  assert.equal(await runs[0], 'x');
  assert.deepEqual([pool.active, pool.waiting], [2, 0]);
  gates[1].open();
  gates[2].open();
  await pool.idle();
  assert.deepEqual([pool.active, pool.waiting], [0, 0]);
});

test('goes on after a failure', async () => {
  const pool = createPool(1);
  const bad = pool.run(() => {
    throw new Error('bad');
  });
  const good = pool.run(() => 7);
  await assert.rejects(bad, { message: 'bad' });
  assert.equal(await good, 7);
});

test('is idle only after the last one', async () => {
  const pool = createPool(1);
  await pool.idle();
  const { promise, open } = gate();
  const events = [];
  pool.run(() => promise);
  pool.run(() => events.push('last'));
  const idle = pool.idle().then(() => events.push('idle'));
  await turn();
  assert.deepEqual(events, []);
  open();
  await idle;
  assert.deepEqual(events, ['last', 'idle']);
});

test('is not idle while one of two runs', async () => {
  const pool = createPool(2);
  const gates = [gate(), gate()];
  gates.forEach(({ promise }) => pool.run(() => promise));
  let isIdle = false;
  const idle = pool.idle().then(() => {
    isIdle = true;
  });
  gates[0].open();
  await turn();
  assert.equal(isIdle, false);
  gates[1].open();
  await idle;
  assert.equal(pool.active, 0);
});

test('drops what waits', async () => {
  const pool = createPool(1);
  const { promise, open } = gate();
  const running = pool.run(() => promise);
  const dropped = pool.run(() => 'never');
  pool.clear();
  assert.equal(pool.waiting, 0);
  await assert.rejects(dropped, { name: 'AbortError' });
  open('done');
  assert.equal(await running, 'done');
});

test('refuses a bad limit', () => {
  assert.throws(() => createPool(0), RangeError);
  assert.throws(() => createPool('1'), { name: 'RangeError', message: /was 1/ });
});
