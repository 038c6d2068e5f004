import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { LruCache } from 'PACKAGE';

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

test('set and get', () => {
  const cache = new LruCache({ max: 2 });
  assert.equal(cache.set('a', 1), cache);
  assert.equal(cache.get('a'), 1);
  assert.equal(cache.get('b'), undefined);
  assert.equal(cache.size, 1);
});

test('the least recently used goes', () => {
  const cache = new LruCache({ max: 2 });
  cache.set('a', 1).set('b', 2);
  cache.get('a');
  cache.set('c', 3);
  assert.deepEqual([...cache.keys()], ['c', 'a']);
  assert.equal(cache.has('b'), false);
  assert.equal(cache.size, 2);
});

test('peek and has do not count as use', () => {
  const cache = new LruCache({ max: 2 });
  cache.set('a', 1).set('b', 2);
  assert.equal(cache.peek('a'), 1);
  assert.equal(cache.has('a'), true);
  cache.set('c', 3);
  assert.deepEqual([...cache.keys()], ['c', 'b']);
});

test('setting again replaces and counts as use', () => {
  const gone = [];
  const cache = new LruCache({ max: 2, onEvict: (...all) => gone.push(all) });
  cache.set('a', 1).set('b', 2).set('a', 3);
  assert.equal(cache.size, 2);
  assert.deepEqual([...cache.keys()], ['a', 'b']);
  assert.equal(cache.get('a'), 3);
  assert.deepEqual(gone, []);
});

test('evictions are told', () => {
  const gone = [];
  const cache = new LruCache({ max: 1, onEvict: (...all) => gone.push(all) });
  cache.set('a', 1).set('b', 2);
  assert.deepEqual(gone, [['a', 1, 'capacity']]);
});

test('time to live', () => {
  let time = 1000;
  const gone = [];
  const cache = new LruCache({ max: 5, ttl: 100, now: () => time, onEvict: (...all) => gone.push(all) });
  cache.set('a', 1);
  time = 1099;
  assert.equal(cache.get('a'), 1);
  time = 1100;
  assert.equal(cache.size, 1);
  assert.equal(cache.get('a'), undefined);
  assert.equal(cache.size, 0);
  assert.deepEqual(gone, [['a', 1, 'expired']]);
});

test('setting restarts the time to live, reading does not', () => {
  let time = 0;
  const cache = new LruCache({ max: 5, ttl: 10, now: () => time });
  cache.set('a', 1).set('b', 1);
  time = 5;
  cache.set('a', 2);
  cache.get('b');
  time = 10;
  assert.equal(cache.peek('a'), 2);
  assert.equal(cache.has('b'), false);
});

test('set and delete of an expired entry are silent', () => {
  let time = 0;
  const cache = new LruCache({ max: 5, ttl: 10, now: () => time, onEvict: () => assert.fail('told') });
  cache.set('a', 1).set('b', 2);
  time = 10;
  cache.set('a', 3);
  assert.equal(cache.delete('b'), false);
  assert.equal(cache.get('a'), 3);
});

test('delete and clear', () => {
  const cache = new LruCache({ max: 3, onEvict: () => assert.fail('told') });
  cache.set('a', undefined).set('b', 2);
  assert.equal(cache.has('a'), true);
  assert.equal(cache.delete('a'), true);
  assert.equal(cache.delete('a'), false);
  cache.clear();
  assert.equal(cache.size, 0);
  assert.deepEqual([...cache.keys()], []);
});

test('any keys', () => {
  const key = {};
  const cache = new LruCache({ max: 3 });
  cache.set(key, 'object').set(NaN, 'nan');
  assert.equal(cache.get(key), 'object');
  assert.equal(cache.get({}), undefined);
  assert.equal(cache.get(NaN), 'nan');
});

test('a bad maximum', () => {
  for (const max of [0, -1, 1.5, NaN]) {
    assert.throws(() => new LruCache({ max }), RangeError);
  }
});

test('declarations are in the package', () => {
  const declarations = readdirSync(packageFolder(), { recursive: true }).filter((path) => path.endsWith('.d.ts'));
  assert.ok(declarations.length > 0);
  assert.ok(declarations.some((path) => readFileSync(join(packageFolder(), path), 'utf8').includes('LruCache')));
});
