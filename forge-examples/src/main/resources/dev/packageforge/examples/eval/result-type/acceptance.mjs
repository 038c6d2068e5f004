import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { all, andThen, attempt, collect, err, get, isResult, map, mapError, match, ok, partition, safe, unwrap, unwrapOr } from 'PACKAGE';

const plain = (result) => ({ ...result });

function packageFolder() {
  let folder = dirname(fileURLToPath(import.meta.resolve('PACKAGE')));
  for (;;) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).name === 'PACKAGE') {
      return folder;
    }
    folder = dirname(folder);
  }
}

test('making results', () => {
  assert.deepEqual(plain(ok(1)), { ok: true, value: 1 });
  assert.deepEqual(plain(err('e')), { ok: false, error: 'e' });
  assert.ok(Object.isFrozen(ok(1)) && Object.isFrozen(err(1)));
});

test('telling results', () => {
  assert.equal(isResult(ok(undefined)), true);
  assert.equal(isResult({ ok: false, error: 1 }), true);
  for (const value of [null, undefined, 5, {}, { ok: true }, { ok: 1, value: 1 }, { ok: false, value: 1 }]) {
    assert.equal(isResult(value), false);
  }
});

test('map, mapError and andThen', () => {
  const good = ok(2);
  const bad = err('e');
  assert.deepEqual(plain(map(good, (n) => n * 2)), { ok: true, value: 4 });
  assert.equal(map(bad, () => assert.fail('called')), bad);
  assert.deepEqual(plain(mapError(bad, (e) => `${e}!`)), { ok: false, error: 'e!' });
  assert.equal(mapError(good, () => assert.fail('called')), good);
  assert.equal(andThen(good, () => bad), bad);
  assert.equal(andThen(bad, () => assert.fail('called')), bad);
});

test('unwrap', () => {
  assert.equal(unwrap(ok(1)), 1);
  const error = new TypeError('x');
  assert.throws(() => unwrap(err(error)), (thrown) => thrown === error);
  assert.throws(() => unwrap(err('text')), (thrown) => thrown instanceof Error && thrown.cause === 'text');
  assert.equal(unwrapOr(ok(0), 5), 0);
  assert.equal(unwrapOr(err(1), 5), 5);
});

test('match', () => {
  const shown = { ok: (value) => `ok ${value}`, err: (error) => `err ${error}` };
  assert.equal(match(ok(1), shown), 'ok 1');
  assert.equal(match(err(2), shown), 'err 2');
});

test('all and partition', () => {
  assert.deepEqual(plain(all([ok(1), ok(2)])), { ok: true, value: [1, 2] });
  const bad = err('first');
  assert.equal(all(new Set([ok(1), bad, err('second')])), bad);
  assert.deepEqual(plain(all([])), { ok: true, value: [] });
  assert.deepEqual({ ...partition([ok(1), err('a'), ok(2), err('b')]) }, { values: [1, 2], errors: ['a', 'b'] });
});

test('attempt', () => {
  assert.deepEqual(plain(attempt((a, b) => a + b, 1, 2)), { ok: true, value: 3 });
  const { ok: fine, error } = attempt(JSON.parse, '{');
  assert.equal(fine, false);
  assert.ok(error instanceof SyntaxError);
});

test('attempt with promises', async () => {
  assert.deepEqual(plain(await attempt(async () => 1)), { ok: true, value: 1 });
  const pending = attempt(async () => {
    throw 'text';
  });
  assert.ok(pending instanceof Promise);
  assert.deepEqual(plain(await pending), { ok: false, error: 'text' });
});

test('safe', async () => {
  const parse = safe(JSON.parse);
  assert.deepEqual(plain(parse('[1]')), { ok: true, value: [1] });
  assert.equal(parse('[').ok, false);
  assert.deepEqual(plain(await safe(async (n) => n + 1)(1)), { ok: true, value: 2 });
});

test('collect', () => {
  const sum = (a, b) =>
    collect(function* () {
      const x = yield* get(a);
      const y = yield* get(b);
      return x + y;
    });
  assert.deepEqual(plain(sum(ok(1), ok(2))), { ok: true, value: 3 });
  const bad = err('no');
  const ended = sum(bad, ok(2));
  assert.deepEqual(plain(ended), { ok: false, error: 'no' });
});

test('collect runs finally blocks', () => {
  const events = [];
  const result = collect(function* () {
    try {
      events.push('start');
      yield* get(err(1));
      events.push('not reached');
    } finally {
      events.push('finally');
    }
    return 1;
  });
  assert.equal(result.ok, false);
  assert.deepEqual(events, ['start', 'finally']);
});

test('what is no result', () => {
  for (const action of [() => map(1, (x) => x), () => unwrap({}), () => unwrapOr(null, 1), () => andThen(undefined, ok), () => all([ok(1), 2]), () => match('x', { ok: String, err: String }), () => partition([1])]) {
    assert.throws(action, TypeError);
  }
});

test('declarations are in the package', () => {
  const declarations = readdirSync(packageFolder(), { recursive: true }).filter((path) => path.endsWith('.d.ts'));
  assert.ok(declarations.some((path) => readFileSync(join(packageFolder(), path), 'utf8').includes('Result')));
});
