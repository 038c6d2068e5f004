import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Fraction, sum } from 'PACKAGE';

const of = (...args) => Fraction.of(...args);
const text = (value) => value.toString();

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

test('lowest terms', () => {
  const fraction = of(6, -8);
  assert.equal(fraction.numerator, -3n);
  assert.equal(fraction.denominator, 4n);
  assert.equal(text(of(0, 5)), '0');
  assert.equal(text(of(4, 2)), '2');
  assert.equal(text(of(10n ** 30n, 10n ** 29n)), '10');
  assert.equal(of(fraction), fraction);
});

test('texts', () => {
  const read = ['3/4', '-3/4', '2', '1.25', '-.5', '1 1/2', '-1 1/2', '10/4'].map((value) => text(of(value)));
  assert.deepEqual(read, ['3/4', '-3/4', '2', '5/4', '-1/2', '3/2', '-3/2', '5/2']);
});

test('what is no fraction', () => {
  for (const value of ['', 'x', '1/', '/2', '1.5/2', '1 2', '1 -1/2', '--1', '1.']) {
    assert.throws(() => of(value), SyntaxError, JSON.stringify(value));
  }
  for (const args of [[1, 0], ['1/0'], [0.5], [NaN], [2 ** 53], [1, 1.5]]) {
    assert.throws(() => of(...args), RangeError, String(args));
  }
});

test('arithmetic', () => {
  assert.equal(text(of(1, 2).add('1/3')), '5/6');
  assert.equal(text(of(1, 2).subtract(1)), '-1/2');
  assert.equal(text(of(2, 3).multiply('3/4')), '1/2');
  assert.equal(text(of(1, 2).divide(of(-1, 4))), '-2');
  assert.equal(text(of(1, 10).add('0.2').subtract('3/10')), '0');
  assert.throws(() => of(1).divide(0), RangeError);
});

test('powers', () => {
  assert.equal(text(of(2, 3).power(3)), '8/27');
  assert.equal(text(of(-2, 3).power(-3)), '-27/8');
  assert.equal(text(of(5).power(0)), '1');
  assert.throws(() => of(0).power(-1), RangeError);
  assert.throws(() => of(2).power(0.5), RangeError);
});

test('signs', () => {
  assert.equal(text(of(1, 2).negate()), '-1/2');
  assert.equal(text(of(-1, 2).abs()), '1/2');
  assert.equal(text(of(-2, 3).inverse()), '-3/2');
  assert.throws(() => of(0).inverse(), RangeError);
  assert.deepEqual([of(-1, 2).sign(), of(0).sign(), of(7).sign()], [-1, 0, 1]);
});

test('order', () => {
  assert.equal(of(1, 3).compare('0.3'), 1);
  assert.equal(of(-1, 3).compare(0), -1);
  assert.equal(of(1, 2).compare('2/4'), 0);
  assert.equal(of(1, 2).equals('0.5'), true);
  assert.equal(of(1, 2).equals(1), false);
});

test('whole numbers', () => {
  const values = ['5/2', '-5/2', '7/3', '-7/3', '2', '-1/2'];
  assert.deepEqual(values.map((value) => of(value).floor()), [2n, -3n, 2n, -3n, 2n, -1n]);
  assert.deepEqual(values.map((value) => of(value).ceil()), [3n, -2n, 3n, -2n, 2n, 0n]);
  assert.deepEqual(values.map((value) => of(value).round()), [3n, -3n, 2n, -2n, 2n, -1n]);
});

test('numbers and texts', () => {
  assert.equal(of(1, 3).toNumber(), 1 / 3);
  assert.equal(of(-5, 4).toNumber(), -1.25);
  assert.deepEqual(['3/2', '-3/2', '3/4', '-3/4', '4/2', '0'].map((value) => of(value).toMixed()), ['1 1/2', '-1 1/2', '3/4', '-3/4', '2', '0']);
  assert.equal(JSON.stringify({ a: of(3, 4), b: of(2) }), '{"a":"3/4","b":"2"}');
});

test('decimals', () => {
  assert.equal(of(1, 3).toDecimal(4), '0.3333');
  assert.equal(of(2, 3).toDecimal(2), '0.67');
  assert.equal(of(1, 8).toDecimal(2), '0.13');
  assert.equal(of(-1, 8).toDecimal(2), '-0.13');
  assert.equal(of(5, 2).toDecimal(0), '3');
  assert.equal(of(-1, 1000).toDecimal(2), '0.00');
  assert.equal(of(5).toDecimal(1), '5.0');
  for (const digits of [-1, 101, 1.5]) {
    assert.throws(() => of(1).toDecimal(digits), RangeError);
  }
});

test('sum', () => {
  assert.equal(text(sum(['1/2', 1, of(1, 3), 2n])), '23/6');
  assert.equal(text(sum([])), '0');
  assert.equal(text(sum(Array.from({ length: 10 }, () => '0.1'))), '1');
});

test('immutable', () => {
  const half = of(1, 2);
  half.add(1);
  half.negate();
  try {
    half.numerator = 5n;
  } catch {
    // refusing it is as good as ignoring it
  }
  assert.equal(text(half), '1/2');
});

test('declarations are in the package', () => {
  const declarations = readdirSync(packageFolder(), { recursive: true }).filter((path) => path.endsWith('.d.ts'));
  assert.ok(declarations.some((path) => readFileSync(join(packageFolder(), path), 'utf8').includes('Fraction')));
});
