import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { run } from './support.mjs';

const folder = mkdtempSync(join(tmpdir(), 'toc-'));
after(() => rmSync(folder, { recursive: true }));

const toc = (input, ...args) => run('mdtoc', args, { input });

function file(name, text) {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test('nested headings', () => {
  assert.deepEqual(toc('# One\ntext\n## Two words\n### Three\n## Four\n'), {
    code: 0,
    stdout: '- [One](#one)\n  - [Two words](#two-words)\n    - [Three](#three)\n  - [Four](#four)\n',
    stderr: '',
  });
});

test('levels', () => {
  const input = '# A\n## B\n### C\n#### D\n';
  assert.equal(toc(input, '--min', '2', '--max', '3').stdout, '- [B](#b)\n  - [C](#c)\n');
  assert.equal(toc(input, '--max', '1').stdout, '- [A](#a)\n');
});

test('what is a heading', () => {
  assert.equal(toc('#no\n####### no\n   # yes\n    # no\n## closed ##\n# C#\n').stdout, '- [yes](#yes)\n  - [closed](#closed)\n- [C#](#c)\n');
  assert.equal(toc('nothing\n').stdout, '');
});

test('fenced code', () => {
  const input = '```js\n# no\n~~~\n# no\n```\n# yes\n~~~~\n# no\n~~~\n# no\n~~~~\n# also\n```\n# no\n';
  assert.equal(toc(input).stdout, '- [yes](#yes)\n- [also](#also)\n');
});

test('text and anchors', () => {
  assert.equal(toc('# The `code` of *life*\n').stdout, '- [The code of life](#the-code-of-life)\n');
  assert.equal(toc('# See [this page](x.md) now!\n').stdout, '- [See this page now!](#see-this-page-now)\n');
  assert.equal(toc('# Größe & snake_case-x\n').stdout, '- [Größe & snake_case-x](#größe--snake_case-x)\n');
});

test('anchors that were there already', () => {
  assert.equal(toc('# A\n## A\n# A\n').stdout, '- [A](#a)\n  - [A](#a-1)\n- [A](#a-2)\n');
  assert.equal(toc('# A\n## A\n', '--min', '2').stdout, '- [A](#a-1)\n');
});

test('a file, and CRLF', () => {
  assert.equal(run('mdtoc', [file('crlf.md', '# One\r\n\r\n## Two\r\n')], {}).stdout, '- [One](#one)\n  - [Two](#two)\n');
});

test('writing', () => {
  const path = file('write.md', 'intro\n<!-- toc -->\nold\n<!-- /toc -->\n# A\n## B\nend');
  assert.deepEqual(run('mdtoc', ['--write', path], {}), { code: 0, stdout: '', stderr: '' });
  const expected = 'intro\n<!-- toc -->\n\n- [A](#a)\n  - [B](#b)\n\n<!-- /toc -->\n# A\n## B\nend';
  assert.equal(readFileSync(path, 'utf8'), expected);
  run('mdtoc', ['--write', path], {});
  assert.equal(readFileSync(path, 'utf8'), expected);
});

test('writing an empty list', () => {
  const path = file('empty.md', '<!-- toc -->\n<!-- /toc -->\n');
  assert.equal(run('mdtoc', ['--write', path], {}).code, 0);
  assert.equal(readFileSync(path, 'utf8'), '<!-- toc -->\n\n<!-- /toc -->\n');
});

test('files that do not fit', () => {
  const bad = file('bad.md', '<!-- /toc -->\n<!-- toc -->\n');
  for (const args of [[join(folder, 'missing.md')], ['--write', bad], ['--write', file('none.md', '# A\n')]]) {
    const { code, stdout, stderr } = run('mdtoc', args, { input: '' });
    assert.equal(code, 1);
    assert.equal(stdout, '');
    assert.notEqual(stderr, '');
  }
  assert.equal(readFileSync(bad, 'utf8'), '<!-- /toc -->\n<!-- toc -->\n');
});

test('wrong use', () => {
  for (const args of [['--nonsense'], ['--min', '0'], ['--max', '7'], ['--min', 'x'], ['--min', '3', '--max', '2'], ['--write'], ['a', 'b']]) {
    const { code, stdout, stderr } = toc('# A\n', ...args);
    assert.equal(code, 2, args.join(' '));
    assert.equal(stdout, '');
    assert.notEqual(stderr, '');
  }
});

test('help', () => {
  const { code, stdout } = toc('', '--help');
  assert.equal(code, 0);
  assert.match(stdout, /^Usage: mdtoc/);
});
