import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';

import { contrast, fromHsl, isDark, mix, parseColor, toHex, toHsl } from 'PACKAGE';

const require = createRequire(import.meta.url);
const plain = (value) => JSON.parse(JSON.stringify(value));

test('hex', () => {
  assert.deepEqual(plain(parseColor('#fff')), { r: 255, g: 255, b: 255, a: 1 });
  assert.deepEqual(plain(parseColor('#1A2b3C')), { r: 26, g: 43, b: 60, a: 1 });
  assert.deepEqual(plain(parseColor('#00000080')), { r: 0, g: 0, b: 0, a: 0.502 });
  assert.deepEqual(plain(parseColor('#f000')), { r: 255, g: 0, b: 0, a: 0 });
});

test('rgb and hsl', () => {
  assert.deepEqual(plain(parseColor('rgb(1,2,3)')), { r: 1, g: 2, b: 3, a: 1 });
  assert.deepEqual(plain(parseColor('rgba( 255 , 0, 10, 0.25 )')), { r: 255, g: 0, b: 10, a: 0.25 });
  assert.deepEqual(plain(parseColor('hsl(120, 100%, 50%)')), { r: 0, g: 255, b: 0, a: 1 });
  assert.deepEqual(plain(parseColor('hsla(-120, 100%, 50%, 0.5)')), { r: 0, g: 0, b: 255, a: 0.5 });
});

test('names', () => {
  assert.deepEqual(plain(parseColor('lime')), { r: 0, g: 255, b: 0, a: 1 });
  assert.deepEqual(plain(parseColor('gray')), { r: 128, g: 128, b: 128, a: 1 });
  assert.deepEqual(plain(parseColor('transparent')), { r: 0, g: 0, b: 0, a: 0 });
});

test('what is no colour', () => {
  for (const text of ['', '#12', '#12345', '#ggg', 'rgb(256, 0, 0)', 'rgb(1, 2)', 'rgba(1, 2, 3, 1.5)', 'hsl(0, 101%, 0%)', 'pinkish', 'toString']) {
    assert.throws(() => parseColor(text), SyntaxError, text);
  }
});

test('to hex', () => {
  assert.equal(toHex({ r: 26, g: 43, b: 60 }), '#1a2b3c');
  assert.equal(toHex({ r: 0, g: 0, b: 0, a: 0.5 }), '#00000080');
  assert.equal(toHex('red'), '#ff0000');
  assert.equal(toHex('#ABC'), '#aabbcc');
});

test('to hsl', () => {
  assert.deepEqual(plain(toHsl('#ff0000')), { h: 0, s: 100, l: 50, a: 1 });
  assert.deepEqual(plain(toHsl('#00ff00')), { h: 120, s: 100, l: 50, a: 1 });
  assert.deepEqual(plain(toHsl('#1a2b3c')), { h: 210, s: 40, l: 17, a: 1 });
  assert.deepEqual(plain(toHsl('gray')), { h: 0, s: 0, l: 50, a: 1 });
  assert.deepEqual(plain(toHsl('transparent')), { h: 0, s: 0, l: 0, a: 0 });
  assert.deepEqual(plain(toHsl('#ff0001')), { h: 0, s: 100, l: 50, a: 1 });
});

test('from hsl', () => {
  assert.deepEqual(plain(fromHsl({ h: 240, s: 100, l: 50 })), { r: 0, g: 0, b: 255, a: 1 });
  assert.deepEqual(plain(fromHsl({ h: 0, s: 0, l: 100, a: 0.5 })), { r: 255, g: 255, b: 255, a: 0.5 });
  assert.deepEqual(plain(fromHsl({ h: 30, s: 100, l: 50 })), { r: 255, g: 128, b: 0, a: 1 });
});

test('mix', () => {
  assert.deepEqual(plain(mix('black', 'white')), { r: 128, g: 128, b: 128, a: 1 });
  assert.deepEqual(plain(mix('#000', '#640000', 0.25)), { r: 25, g: 0, b: 0, a: 1 });
  assert.deepEqual(plain(mix('red', 'transparent', 1)), { r: 0, g: 0, b: 0, a: 0 });
  assert.deepEqual(plain(mix('red', 'blue', 0)), { r: 255, g: 0, b: 0, a: 1 });
  assert.throws(() => mix('red', 'blue', 1.1), RangeError);
  assert.throws(() => mix('red', 'blue', -0.1), RangeError);
});

test('contrast', () => {
  assert.equal(contrast('white', 'black'), 21);
  assert.equal(contrast('#777', '#777'), 1);
  assert.equal(contrast('#777777', 'white'), 4.48);
  assert.equal(contrast('white', '#777777'), 4.48);
});

test('dark colours', () => {
  assert.equal(isDark('black'), true);
  assert.equal(isDark('#00008b'), true);
  assert.equal(isDark('white'), false);
  assert.equal(isDark('lime'), false);
});

test('require has the same exports', () => {
  const required = require('PACKAGE');
  assert.equal(required.toHex('lime'), '#00ff00');
  assert.equal(required.contrast('white', 'black'), 21);
  for (const name of ['parseColor', 'toHsl', 'fromHsl', 'mix', 'isDark']) {
    assert.equal(typeof required[name], 'function', name);
  }
});
