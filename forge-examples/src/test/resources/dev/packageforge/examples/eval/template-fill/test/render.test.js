import assert from 'node:assert/strict';
import { test } from 'node:test';

import { compile, render } from 'eval-template-fill';

test('fills names and paths', () => {
  assert.equal(render('{{a}}-{{ b.c }}-{{l.0}}', { a: 1, b: { c: 2 }, l: [3] }), '1-2-3');
  assert.equal(render('[{{a}}{{b}}{{b.c}}{{valueOf}}]', { b: null }), '[]');
  assert.equal(render('as it is'), 'as it is');
});

test('passes values through filters', () => {
  assert.equal(render('{{a|upper}}{{a | lower}}[{{b|trim}}]{{c|json}}', { a: 'x', b: ' y ', c: [1] }), 'Xx[y][1]');
  assert.equal(render('{{a | default: x y | upper}}', {}), 'X Y');
  assert.equal(render('{{a | default:x}}{{b | default:x}}', { a: '', b: 0 }), 'x0');
  assert.equal(render('[{{a | upper}}]', {}), '[]');
});

test('takes more filters', () => {
  const filters = { twice: (value) => value + value, join: (value, by) => value.join(by) };
  assert.equal(render('{{a | join:-: | twice}}', { a: [1, 2] }, { filters }), '1-:21-:2');
});

test('chooses', () => {
  const choose = compile('{{#if a}}A{{#if b}}B{{else}}b{{/if}}!{{else}}a{{/if}}');
  assert.equal(choose({ a: 1, b: [] }), 'Ab!');
  assert.equal(choose({ a: [0], b: 1 }), 'AB!');
  assert.equal(choose(), 'a');
  assert.equal(render('{{#if a}}x{{else}}{{#if b}}y{{/if}}z{{/if}}', { b: 1 }), 'yz');
});

test('repeats', () => {
  assert.equal(render('{{#each l}}{{@index}}{{.}}{{x}} {{/each}}', { l: ['a', 'b'], x: '!' }), '0a! 1b! ');
  assert.equal(render('{{#each l}}{{x}}{{/each}}', { l: [{ x: 1 }, {}], x: 2 }), '12');
  assert.equal(render('[{{#each l}}x{{/each}}]', { l: 5 }), '[]');
});

test('escapes for HTML if it is told to', () => {
  assert.equal(render(`{{a}}`, { a: `<&>"'` }, { escape: 'html' }), '&lt;&amp;&gt;&quot;&#39;');
  assert.equal(render('<{{{a}}}>', { a: '<' }, { escape: 'html' }), '<<>');
  assert.equal(render('{{a}}', { a: '<' }), '<');
});

test('leaves escaped braces', () => {
  assert.equal(render('\\{{a}}{{a}}{', { a: 1 }), '{{a}}1{');
});

test('names the line that is wrong', () => {
  const messages = ['a\n{{b', '{{#if a}}\n\n{{/each}}', '\n{{/if}}', '{{else}}', '\n{{#each a}}\n', '{{a|x}}', '{{a b}}', '{{#if a}}\n{{else}}{{else}}{{/if}}'].map(
    (template) => {
      try {
        compile(template);
      } catch (error) {
        assert.equal(error.name, 'SyntaxError');
        return error.message;
      }
      return assert.fail(template);
    },
  );
  assert.deepEqual(messages, [
    'line 2: this tag is not closed',
    'line 3: there is no "each" to close',
    'line 2: there is no "if" to close',
    'line 1: there is no "if" for this "else"',
    'line 2: this "each" is not closed',
    'line 1: there is no filter "x"',
    'line 1: "a b" is not a name',
    'line 2: there is no "if" for this "else"',
  ]);
});
