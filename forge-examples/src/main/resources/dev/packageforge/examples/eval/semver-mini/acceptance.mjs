import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';

import { compare, increment, parse, satisfies, sort, valid } from 'PACKAGE';

const require = createRequire(import.meta.url);

test('parse', () => {
  assert.deepEqual({ ...parse('1.2.3') }, { major: 1, minor: 2, patch: 3, prerelease: [] });
  assert.deepEqual([...parse('1.2.3-rc.1').prerelease], ['rc', 1]);
  assert.deepEqual([...parse('1.0.0-0a.-').prerelease], ['0a', '-']);
  assert.deepEqual({ ...parse('1.2.3+build.5') }, { major: 1, minor: 2, patch: 3, prerelease: [] });
});

test('what is no version', () => {
  for (const text of ['1.2', 'v1.2.3', '01.2.3', '1.2.3-', '1.2.3-01', '1.2.3.4', '', '1.2.3 ']) {
    assert.throws(() => parse(text), SyntaxError, text);
    assert.equal(valid(text), false);
  }
  assert.equal(valid('0.0.0'), true);
  assert.equal(valid('1.0.0-alpha+001'), true);
  assert.equal(valid(undefined), false);
});

test('compare releases', () => {
  assert.equal(compare('1.2.3', '1.2.3'), 0);
  assert.equal(compare('1.2.3', '1.2.10'), -1);
  assert.equal(compare('1.10.0', '1.9.9'), 1);
  assert.equal(compare('2.0.0', '10.0.0'), -1);
  assert.equal(compare('1.0.0+a', '1.0.0+b'), 0);
});

test('compare prereleases as the standard orders them', () => {
  const ordered = ['1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-alpha.beta', '1.0.0-beta', '1.0.0-beta.2', '1.0.0-beta.11', '1.0.0-rc.1', '1.0.0'];
  for (let i = 1; i < ordered.length; i++) {
    assert.equal(compare(ordered[i - 1], ordered[i]), -1);
    assert.equal(compare(ordered[i], ordered[i - 1]), 1);
  }
});

test('sort makes a new list', () => {
  const list = ['1.10.0', '1.2.0', '1.2.0-rc.1'];
  assert.deepEqual(sort(list), ['1.2.0-rc.1', '1.2.0', '1.10.0']);
  assert.deepEqual(list, ['1.10.0', '1.2.0', '1.2.0-rc.1']);
});

test('increment', () => {
  assert.equal(increment('1.2.3', 'patch'), '1.2.4');
  assert.equal(increment('1.2.3', 'minor'), '1.3.0');
  assert.equal(increment('1.2.3', 'major'), '2.0.0');
  assert.equal(increment('1.2.3-rc.1', 'patch'), '1.2.3');
  assert.equal(increment('1.2.0-rc.1', 'minor'), '1.3.0');
  assert.equal(increment('2.0.0-rc.1', 'major'), '3.0.0');
  assert.throws(() => increment('1.2.3', 'micro'), RangeError);
});

test('comparators', () => {
  assert.equal(satisfies('1.2.3', '1.2.3'), true);
  assert.equal(satisfies('1.2.3', '=1.2.4'), false);
  assert.equal(satisfies('1.5.0', '>=1.2.0 <2.0.0'), true);
  assert.equal(satisfies('2.0.0', '>=1.2.0 <2.0.0'), false);
  assert.equal(satisfies('1.2.0', '>1.2.0'), false);
  assert.equal(satisfies('1.2.0', '<=1.2.0'), true);
});

test('tilde and caret', () => {
  assert.equal(satisfies('1.2.9', '~1.2.3'), true);
  assert.equal(satisfies('1.2.2', '~1.2.3'), false);
  assert.equal(satisfies('1.3.0', '~1.2.3'), false);
  assert.equal(satisfies('1.9.0', '^1.2.3'), true);
  assert.equal(satisfies('2.0.0', '^1.2.3'), false);
  assert.equal(satisfies('0.2.9', '^0.2.3'), true);
  assert.equal(satisfies('0.3.0', '^0.2.3'), false);
  assert.equal(satisfies('0.0.3', '^0.0.3'), true);
  assert.equal(satisfies('0.0.4', '^0.0.3'), false);
});

test('ranges that cannot be read', () => {
  for (const range of ['', '>=1.2', '1.x', '>=1.2.3 || <1.0.0', '!1.2.3']) {
    assert.throws(() => satisfies('1.2.3', range), SyntaxError, range);
  }
});

test('require has the same exports', () => {
  const required = require('PACKAGE');
  assert.equal(required.compare('1.0.0', '1.0.1'), -1);
  assert.equal(required.increment('1.0.0', 'minor'), '1.1.0');
  assert.equal(required.satisfies('1.0.5', '~1.0.0'), true);
  for (const name of ['parse', 'valid', 'compare', 'sort', 'increment', 'satisfies']) {
    assert.equal(typeof required[name], 'function', name);
  }
});
