import assert from 'node:assert/strict';
import { test } from 'node:test';

import { compile, render } from 'PACKAGE';

test('names and paths', () => {
  assert.equal(render('Hi {{name}}, {{ user.age }}!', { name: 'Ada', user: { age: 36 } }), 'Hi Ada, 36!');
  assert.equal(render('{{list.1}}', { list: ['a', 'b'] }), 'b');
  assert.equal(render('[{{x}}{{y}}{{z.z}}{{toString}}]', { x: null }), '[]');
  assert.equal(render('{{a}}{{b}}', { a: 0, b: false }), '0false');
});

test('filters', () => {
  assert.equal(render('{{a | upper}} {{a|lower}} [{{ b | trim }}]', { a: 'Ab', b: ' x ' }), 'AB ab [x]');
  assert.equal(render('{{a | json}}', { a: { b: [1] } }), '{"b":[1]}');
  assert.equal(render('{{a | default:no name }}|{{b | default: x | upper}}', { b: '' }), 'no name|X');
  assert.equal(render('{{a | default:x}}', { a: 0 }), '0');
});

test('own filters', () => {
  const filters = { pad: (value, width) => String(value).padStart(Number(width)), upper: (value, argument) => `${value}${argument}` };
  assert.equal(render('{{n | pad:4}}{{n | upper}}', { n: 7 }, { filters }), '   77undefined');
});

test('if and else', () => {
  const template = '{{#if a}}yes{{else}}no{{/if}}';
  assert.equal(render(template, { a: 1 }), 'yes');
  for (const a of [0, '', null, undefined, [], false]) {
    assert.equal(render(template, { a }), 'no');
  }
  assert.equal(render('[{{#if a.b}}x{{/if}}]', {}), '[]');
});

test('each', () => {
  assert.equal(render('{{#each l}}{{@index}}={{.}};{{/each}}', { l: ['a', 'b'] }), '0=a;1=b;');
  assert.equal(render('{{#each l}}{{name}}{{sep}}{{/each}}', { l: [{ name: 'x' }, { name: 'y', sep: '!' }], sep: ',' }), 'x,y!');
  assert.equal(render('[{{#each l}}x{{/each}}{{#each m}}x{{/each}}]', { l: [], m: 'abc' }), '[]');
});

test('nesting', () => {
  const template = '{{#each rows}}{{#each cells}}{{#if .}}{{.}}{{else}}-{{/if}}{{/each}};{{/each}}';
  assert.equal(render(template, { rows: [{ cells: [1, 0, 2] }, { cells: [] }] }), '1-2;;');
});

test('escaping', () => {
  const data = { a: `<b a="x">&'` };
  assert.equal(render('{{a}}', data), data.a);
  assert.equal(render('{{a}}', data, { escape: 'html' }), '&lt;b a=&quot;x&quot;&gt;&amp;&#39;');
  assert.equal(render('{{{a}}}<i>', data, { escape: 'html' }), `${data.a}<i>`);
});

test('braces as they stand', () => {
  assert.equal(render('\\{{a}} {{a}} } {', { a: 1 }), '{{a}} 1 } {');
});

test('compile', () => {
  const hello = compile('Hello {{name | upper}}');
  assert.equal(hello({ name: 'a' }), 'Hello A');
  assert.equal(hello({ name: 'b' }), 'Hello B');
});

test('bad templates name the line', () => {
  const at = (line) => (error) => error instanceof SyntaxError && new RegExp(`line ${line}\\b`).test(error.message);
  assert.throws(() => compile('a\n{{ b'), at(2));
  assert.throws(() => compile('\n\n{{/if}}'), at(3));
  assert.throws(() => compile('x\n{{a | nope}}'), at(2));
  assert.throws(() => compile('{{else}}'), at(1));
  assert.throws(() => compile('a\n{{#each b}}\n'), SyntaxError);
  assert.throws(() => compile('{{#if a}}\n{{/each}}'), SyntaxError);
  assert.throws(() => render('{{#if a}}', {}), SyntaxError);
});
