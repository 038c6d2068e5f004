import assert from 'node:assert/strict';
import { test } from 'node:test';

import { filterLines, parseCondition } from 'eval-jsonl-filter';

async function filtered(lines, options) {
  const records = [];
  for await (const record of filterLines(lines, options)) {
    records.push(record);
  }
  return records;
}

const holding = (text, records) => records.filter(parseCondition(text));

test('compares as text', () => {
  const records = [{ a: 'x' }, { a: 1 }, { a: null }, {}];
  assert.deepEqual(holding('a=x', records), [{ a: 'x' }]);
  assert.deepEqual(holding('a=1', records), [{ a: 1 }]);
  assert.deepEqual(holding('a!=x', records), [{ a: 1 }, { a: null }, {}]);
  assert.deepEqual(holding('a=x=y', [{ a: 'x=y' }]), [{ a: 'x=y' }]);
});

test('compares numbers', () => {
  const records = [{ n: 1 }, { n: 2 }, { n: 3 }, { n: '2' }, {}];
  const counts = ['n<2', 'n<=2', 'n>2', 'n>=2', 'n>-1'].map((text) => holding(text, records).length);
  assert.deepEqual(counts, [1, 2, 1, 2, 3]);
});

test('follows paths', () => {
  assert.equal(parseCondition('a.b=c')({ a: { b: 'c' } }), true);
  assert.equal(parseCondition('a.b=c')({ a: 'b' }), false);
});

test('refuses what is no condition', () => {
  for (const text of ['a', '=x', '', 'a<', 'a>x']) {
    assert.throws(() => parseCondition(text), { name: 'SyntaxError', message: /is not a (condition|number)/ }, text);
  }
});

test('filters lines', async () => {
  const lines = ['{"a":1,"b":2}', ' ', '{"a":2}', '{"a":3}'];
  assert.deepEqual(await filtered(lines), [{ a: 1, b: 2 }, { a: 2 }, { a: 3 }]);
  assert.deepEqual(await filtered(lines, { limit: 2, select: ['b', 'a'] }), [{ b: 2, a: 1 }, { a: 2 }]);
  assert.deepEqual(await filtered(lines, { conditions: [({ a }) => a > 1, ({ a }) => a < 3] }), [{ a: 2 }]);
});

test('names a bad line, or skips it', async () => {
  for (const bad of ['x', '[]', 'null', '1']) {
    await assert.rejects(filtered(['{}', '', bad]), { name: 'BadLineError', message: 'line 3: this is not a JSON object' });
    assert.deepEqual(await filtered([bad, '{}'], { skipBad: true }), [{}]);
  }
});
