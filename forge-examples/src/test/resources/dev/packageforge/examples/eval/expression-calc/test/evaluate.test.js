import assert from 'node:assert/strict';
import { test } from 'node:test';

import { evaluate, variables } from 'eval-expression-calc';

const results = (...texts) => texts.map((text) => evaluate(text));

test('reads numbers', () => {
  assert.deepEqual(results('7', '0.25', '.25', '1e2', '1.5E-1'), [7, 0.25, 0.25, 100, 0.15]);
});

test('knows what binds tighter', () => {
  assert.deepEqual(results('1+2*3', '(1+2)*3', '9-3-2', '12/3*2', '7%4*2', '2^3^2', '2*3^2'), [7, 9, 4, 8, 6, 512, 18]);
});

test('knows signs', () => {
  assert.deepEqual(results('-2^2', '2^-1', '--1', '+3', '3*-2', '2--1'), [-4, 0.5, 1, 3, -6, 3]);
});

test('knows functions and constants', () => {
  assert.deepEqual(results('sqrt(9)', 'abs(-1)', 'round(1.5)', 'floor(1.9)', 'ceil(1.1)'), [3, 1, 2, 1, 2]);
  assert.deepEqual(results('min(3,1,2)', 'max(3)', 'pi', 'e'), [1, 3, Math.PI, Math.E]);
});

test('takes variables', () => {
  assert.equal(evaluate('a_1 + pi', { a_1: 2, pi: 3 }), 5);
  assert.deepEqual(variables('b + min(a, -b) ^ (c) - pi'), ['a', 'b', 'c']);
  assert.deepEqual(variables('1'), []);
});

test('says where a text goes wrong', () => {
  const positions = ['', '1+', '1 ? 2', '(1', '1)', 'max(1,)', '1  2'].map((text) => {
    try {
      evaluate(text);
    } catch (error) {
      assert.equal(error.name, 'SyntaxError');
      return error.position;
    }
    return assert.fail(text);
  });
  assert.deepEqual(positions, [0, 2, 2, 2, 1, 6, 3]);
});

test('says what cannot be calculated', () => {
  assert.throws(() => evaluate('x'), { name: 'Error', message: 'x has no value' });
  assert.throws(() => evaluate('valueOf'), { message: 'valueOf has no value' });
  assert.throws(() => evaluate('f(1)'), { message: 'there is no function f' });
  assert.throws(() => evaluate('sqrt(1,2)'), { message: 'sqrt does not take 2 arguments' });
  assert.throws(() => evaluate('min()'), { message: 'min does not take 0 arguments' });
  assert.throws(() => evaluate('1/(2-2)'), { message: 'division by zero' });
  assert.throws(() => evaluate('1%0'), { message: 'division by zero' });
});
