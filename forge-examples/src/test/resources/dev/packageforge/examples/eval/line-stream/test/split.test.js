import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';

import { collect, splitLines } from 'eval-line-stream';

const split = (chunks, options) => collect(Readable.from(chunks).pipe(splitLines(options)).on('error', () => {}));

test('splits at line feeds', async () => {
  assert.deepEqual(await split(['a\n', 'b', 'c\n\nd']), ['a', 'bc', '', 'd']);
  assert.deepEqual(await split(['a\n']), ['a']);
  assert.deepEqual(await collect(Readable.from([]).pipe(splitLines())), []);
});

test('takes the carriage return of a line end away', async () => {
  assert.deepEqual(await split(['a\r', '\nb\rc\r\n']), ['a', 'b\rc']);
  assert.deepEqual(await split(['abc\r', '\n'], { maxLength: 3 }), ['abc']);
});

test('joins characters that were cut', async () => {
  const bytes = Buffer.from('ä😀\n');
  assert.deepEqual(await split([...bytes].map((byte) => Buffer.of(byte))), ['ä😀']);
});

test('limits the length of a line', async () => {
  assert.deepEqual(await split(['abc\nabc'], { maxLength: 3 }), ['abc', 'abc']);
  await assert.rejects(split(['abc\nabcd\n'], { maxLength: 3 }), {
    name: 'RangeError',
    message: 'line 2 is longer than 3 characters',
  });
  await assert.rejects(split(['ab', 'cd'], { maxLength: 3 }), { message: /^line 1 / });
});

test('refuses a limit that is none', () => {
  for (const maxLength of [0, 0.5, '3', null]) {
    assert.throws(() => splitLines({ maxLength }), { name: 'TypeError', message: /positive integer/ });
  }
  assert.ok(splitLines({ maxLength: 1 }));
});
