import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';

import { collect, joinLines, mapLines } from 'eval-line-stream';

const mapped = (lines, fn) => pipeline(Readable.from(lines), mapLines(fn), collect);

test('calls with each line and its number', async () => {
  assert.deepEqual(await mapped(['a', 'b'], (line, number) => line + number), ['a1', 'b2']);
});

test('waits, so that the order stays', async () => {
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const out = await mapped(['a', 'b'], async (line) => {
    if (line === 'a') {
      await turn();
    }
    return line;
  });
  assert.deepEqual(out, ['a', 'b']);
});

test('drops and multiplies', async () => {
  assert.deepEqual(await mapped(['a', 'b'], (line) => (line === 'a' ? null : ['x', 'y'])), ['x', 'y']);
  assert.deepEqual(await mapped(['a'], () => undefined), []);
});

test('ends with the error of the function', async () => {
  const error = new Error('no');
  await assert.rejects(mapped(['a'], () => Promise.reject(error)), error);
  assert.throws(() => mapLines(5), { name: 'TypeError' });
});

test('joins with line feeds', async () => {
  const chunks = await collect(Readable.from(['a', '', 'b']).pipe(joinLines()));
  assert.equal(chunks.join(''), 'a\n\nb\n');
});
