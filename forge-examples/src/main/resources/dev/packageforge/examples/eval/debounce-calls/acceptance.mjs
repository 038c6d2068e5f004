import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';

import { debounce, memoizeAsync, throttle } from 'PACKAGE';

beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 }));
afterEach(() => mock.timers.reset());

const tick = (ms) => mock.timers.tick(ms);

function recorder() {
  const calls = [];
  const fn = (...args) => {
    calls.push(args);
    return calls.length;
  };
  return { calls, fn };
}

test('debounce waits for quiet', () => {
  const { calls, fn } = recorder();
  const debounced = debounce(fn, 100);
  assert.equal(debounced('a'), undefined);
  tick(99);
  debounced('b', 'c');
  tick(99);
  assert.deepEqual(calls, []);
  tick(1);
  assert.deepEqual(calls, [['b', 'c']]);
  tick(1000);
  assert.equal(calls.length, 1);
  assert.equal(debounced('d'), 1);
});

test('debounce at once', () => {
  const { calls, fn } = recorder();
  const debounced = debounce(fn, 100, { leading: true });
  assert.equal(debounced('a'), 1);
  tick(100);
  assert.deepEqual(calls, [['a']]);
  debounced('b');
  debounced('c');
  assert.deepEqual(calls, [['a'], ['b']]);
  tick(100);
  assert.deepEqual(calls, [['a'], ['b'], ['c']]);
});

test('debounce with a longest wait', () => {
  const { calls, fn } = recorder();
  const debounced = debounce(fn, 100, { maxWait: 250 });
  for (let i = 0; i < 5; i++) {
    debounced(i);
    tick(50);
  }
  assert.deepEqual(calls, [[4]]);
});

test('debounce keeps this', () => {
  const object = { name: 'x', seen: undefined, method: undefined };
  object.method = debounce(function () {
    this.seen = this.name;
  }, 10);
  object.method();
  tick(10);
  assert.equal(object.seen, 'x');
});

test('cancel, flush and pending', () => {
  for (const wrapped of [debounce, throttle]) {
    const { calls, fn } = recorder();
    const slow = wrapped(fn, 100);
    assert.equal(slow.pending, false);
    assert.equal(slow.flush(), undefined);
    slow('a');
    slow('b');
    assert.equal(slow.pending, true);
    const before = calls.length;
    assert.equal(slow.flush(), before + 1);
    assert.deepEqual(calls.at(-1), ['b']);
    assert.equal(slow.pending, false);
    slow.cancel();
    slow('c');
    slow('d');
    slow.cancel();
    const after = calls.length;
    tick(1000);
    assert.equal(calls.length, after);
    assert.equal(slow.pending, false);
  }
});

test('throttle', () => {
  const { calls, fn } = recorder();
  const throttled = throttle(fn, 100);
  assert.equal(throttled('a'), 1);
  throttled('b');
  throttled('c');
  assert.deepEqual(calls, [['a']]);
  tick(99);
  assert.deepEqual(calls, [['a']]);
  tick(1);
  assert.deepEqual(calls, [['a'], ['c']]);
});

test('throttle keeps its distance after the last call', () => {
  const { calls, fn } = recorder();
  const throttled = throttle(fn, 100);
  throttled('a');
  throttled('b');
  tick(100);
  throttled('c');
  assert.deepEqual(calls, [['a'], ['b']]);
  tick(100);
  assert.deepEqual(calls, [['a'], ['b'], ['c']]);
  tick(100);
  throttled('d');
  assert.deepEqual(calls.at(-1), ['d']);
});

test('memoize shares promises', async () => {
  let calls = 0;
  const load = memoizeAsync(async (id) => {
    calls += 1;
    return `${id}:${calls}`;
  });
  const [first, second] = [load(1), load(1)];
  assert.equal(await first, '1:1');
  assert.equal(await second, '1:1');
  assert.equal(await load(2), '2:2');
  load.clear(1);
  assert.equal(await load(1), '1:3');
  assert.equal(await load(2), '2:2');
  load.clear();
  assert.equal(await load(2), '2:4');
});

test('memoize forgets errors', async () => {
  let calls = 0;
  const load = memoizeAsync(async () => {
    calls += 1;
    if (calls === 1) {
      throw new Error('first');
    }
    return calls;
  });
  await assert.rejects(load('a'), /first/);
  assert.equal(await load('a'), 2);
});

test('memoize with a time to live and another key', async () => {
  let calls = 0;
  const load = memoizeAsync(async () => ++calls, { ttl: 100, key: ({ id }) => id });
  assert.equal(await load({ id: 1 }), 1);
  tick(99);
  assert.equal(await load({ id: 1 }), 1);
  tick(1);
  assert.equal(await load({ id: 1 }), 2);
});

test('bad arguments', () => {
  assert.throws(() => debounce('x', 1), TypeError);
  assert.throws(() => throttle(undefined, 1), TypeError);
  assert.throws(() => memoizeAsync({}), TypeError);
  for (const ms of [-1, NaN, Infinity, '5', undefined]) {
    assert.throws(() => debounce(() => {}, ms), RangeError);
    assert.throws(() => throttle(() => {}, ms), RangeError);
  }
  assert.throws(() => debounce(() => {}, 1, { maxWait: -1 }), RangeError);
  assert.throws(() => memoizeAsync(() => {}, { ttl: -1 }), RangeError);
});
