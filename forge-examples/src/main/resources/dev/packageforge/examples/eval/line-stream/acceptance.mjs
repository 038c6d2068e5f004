import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';

import { collect, joinLines, mapLines, splitLines } from 'PACKAGE';

const lines = (chunks, options) => collect(Readable.from(chunks.map((c) => Buffer.from(c))).pipe(splitLines(options)));

test('lines across chunks', async () => {
  assert.deepEqual(await lines(['a\nb', 'c\n', 'd']), ['a', 'bc', 'd']);
  assert.deepEqual(await lines(['a\n']), ['a']);
  assert.deepEqual(await lines([]), []);
});

test('empty lines', async () => {
  assert.deepEqual(await lines(['\n\na\n\n']), ['', '', 'a', '']);
});

test('CRLF, also cut in two, and a lone CR', async () => {
  assert.deepEqual(await lines(['a\r\nb\r', '\nc\n']), ['a', 'b', 'c']);
  assert.deepEqual(await lines(['a\rb\n']), ['a\rb']);
  assert.deepEqual(await lines(['a\r', 'b\n']), ['a\rb']);
});

test('characters cut between chunks', async () => {
  const bytes = Buffer.from('é€😀\nü\n');
  assert.deepEqual(await lines([...bytes].map((byte) => Buffer.from([byte]))), ['é€😀', 'ü']);
});

test('strings are taken as well', async () => {
  const stream = splitLines();
  stream.write('a\nb');
  stream.end('c');
  assert.deepEqual(await collect(stream), ['a', 'bc']);
});

test('lines that are too long', async () => {
  assert.deepEqual(await lines(['abc\nde\n'], { maxLength: 3 }), ['abc', 'de']);
  await assert.rejects(lines(['ok\nabcd\n'], { maxLength: 3 }), (e) => e instanceof RangeError && /\b2\b/.test(e.message));
  const open = splitLines({ maxLength: 3 });
  const failed = new Promise((resolve) => open.on('error', resolve));
  open.write('abcd');
  assert.ok((await failed) instanceof RangeError);
});

test('join', async () => {
  const out = await collect(Readable.from(['a', '', 'b']).pipe(joinLines()));
  assert.equal(Buffer.concat(out.map((chunk) => Buffer.from(chunk))).toString(), 'a\n\nb\n');
});

test('map with numbers, in order, also when async', async () => {
  const slowFirst = async (line, number) => {
    for (let i = number; i < 3; i++) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    return `${number}:${line}`;
  };
  assert.deepEqual(await collect(Readable.from(['a', 'b', 'c']).pipe(mapLines(slowFirst))), ['1:a', '2:b', '3:c']);
});

test('map drops and multiplies', async () => {
  const results = { a: null, b: undefined, c: ['x', 'y'], d: '', e: [] };
  const out = await collect(Readable.from(Object.keys(results)).pipe(mapLines((line) => results[line])));
  assert.deepEqual(out, ['x', 'y', '']);
});

test('map passes errors on', async () => {
  const boom = new Error('boom');
  for (const fn of [() => { throw boom; }, async () => { throw boom; }]) {
    await assert.rejects(pipeline(Readable.from(['a']), mapLines(fn), collect), (error) => error === boom);
  }
});

test('a pipeline of all', async () => {
  let text = '';
  await pipeline(
    Readable.from([Buffer.from('b\r\n#x\na')]),
    splitLines(),
    mapLines((line) => (line.startsWith('#') ? null : line.toUpperCase())),
    joinLines(),
    async (source) => {
      for await (const chunk of source) {
        text += chunk;
      }
    },
  );
  assert.equal(text, 'B\nA\n');
});

test('bad arguments', () => {
  for (const maxLength of [0, -1, 1.5, 'x']) {
    assert.throws(() => splitLines({ maxLength }), TypeError);
  }
  assert.throws(() => mapLines(), TypeError);
  assert.throws(() => mapLines('x'), TypeError);
});
