import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createEmitter } from 'PACKAGE';

test('listeners are called in order with all arguments', () => {
  const emitter = createEmitter();
  const calls = [];
  emitter.on('a', (...args) => calls.push(['first', ...args]));
  emitter.on('a', (...args) => calls.push(['second', ...args]));
  assert.equal(emitter.emit('a', 1, 2), 2);
  assert.deepEqual(calls, [['first', 1, 2], ['second', 1, 2]]);
  assert.equal(emitter.emit('b'), 0);
});

test('removal by the function that on returns', () => {
  const emitter = createEmitter();
  const listener = () => {};
  const remove = emitter.on('a', listener);
  emitter.on('a', listener);
  remove();
  remove();
  assert.equal(emitter.count('a'), 1);
});

test('off', () => {
  const emitter = createEmitter();
  const calls = [];
  const a = () => calls.push('a');
  const b = () => calls.push('b');
  emitter.on('x', a);
  emitter.on('x', b);
  emitter.on('x', a);
  emitter.on('y', a);
  emitter.off('x', a);
  emitter.emit('x');
  assert.deepEqual(calls, ['b', 'a']);
  emitter.off('x');
  assert.equal(emitter.count('x'), 0);
  assert.equal(emitter.count('y'), 1);
  emitter.off();
  assert.equal(emitter.emit('y'), 0);
});

test('once', () => {
  const emitter = createEmitter();
  let calls = 0;
  emitter.once('a', () => {
    calls += 1;
    emitter.emit('a');
  });
  emitter.emit('a');
  emitter.emit('a');
  assert.equal(calls, 1);
  const remove = emitter.once('b', () => assert.fail('called'));
  remove();
  emitter.emit('b');
  const listener = () => assert.fail('called');
  emitter.once('c', listener);
  emitter.off('c', listener);
  assert.equal(emitter.emit('c'), 0);
});

test('changes while emit runs', () => {
  const emitter = createEmitter();
  const calls = [];
  const last = () => calls.push('last');
  emitter.on('a', () => {
    calls.push('first');
    emitter.on('a', () => calls.push('added'));
    emitter.off('a', last);
  });
  emitter.on('a', last);
  assert.equal(emitter.emit('a'), 1);
  assert.deepEqual(calls, ['first']);
});

test('one error is thrown as it is, after all were called', () => {
  const emitter = createEmitter();
  const error = new Error('one');
  let called = false;
  emitter.on('a', () => {
    throw error;
  });
  emitter.on('a', () => {
    called = true;
  });
  assert.throws(() => emitter.emit('a'), (thrown) => thrown === error);
  assert.equal(called, true);
});

test('several errors come together', () => {
  const emitter = createEmitter();
  const errors = [new Error('one'), new Error('two')];
  errors.forEach((error) =>
    emitter.on('a', () => {
      throw error;
    }),
  );
  assert.throws(() => emitter.emit('a'), (thrown) => {
    assert.ok(thrown instanceof AggregateError);
    assert.deepEqual(thrown.errors, errors);
    return true;
  });
});

test('listeners of everything', () => {
  const emitter = createEmitter();
  const calls = [];
  emitter.on('*', (...args) => calls.push(args));
  emitter.on('a', () => calls.push('a'));
  assert.equal(emitter.emit('a', 1), 2);
  assert.equal(emitter.emit('b'), 1);
  assert.deepEqual(calls, ['a', ['a', 1], ['b']]);
  assert.throws(() => emitter.emit('*'), TypeError);
  assert.equal(emitter.count('*'), 1);
  assert.equal(emitter.count('b'), 0);
});

test('waiting for an event', async () => {
  const emitter = createEmitter();
  const waiting = emitter.waitFor('a');
  emitter.emit('a', 1, 2);
  emitter.emit('a', 3);
  assert.deepEqual(await waiting, [1, 2]);
  assert.equal(emitter.count('a'), 0);
});

test('waiting with a signal', async () => {
  const emitter = createEmitter();
  const reason = new Error('enough');
  const controller = new AbortController();
  const waiting = emitter.waitFor('a', { signal: controller.signal });
  controller.abort(reason);
  await assert.rejects(waiting, (error) => error === reason);
  assert.equal(emitter.count('a'), 0);
  await assert.rejects(emitter.waitFor('a', { signal: AbortSignal.abort(reason) }), (error) => error === reason);
  assert.equal(emitter.count('a'), 0);
});

test('symbols, strange names, and what is no listener', () => {
  const emitter = createEmitter();
  const type = Symbol('type');
  emitter.on(type, () => {});
  emitter.on('__proto__', () => {});
  assert.equal(emitter.emit(type), 1);
  assert.equal(emitter.emit('__proto__'), 1);
  assert.equal(emitter.emit('constructor'), 0);
  assert.throws(() => emitter.on('a'), TypeError);
  assert.throws(() => emitter.once('a', 'x'), TypeError);
});
