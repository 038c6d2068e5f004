import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { loadEnvFiles } from 'eval-env-file';

const folder = mkdtempSync(join(tmpdir(), 'env-file-'));
after(() => rmSync(folder, { recursive: true }));

function file(name, text) {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test('lets later files see and replace earlier values', () => {
  const paths = [file('a.txt', 'A=1\nB=1'), file('b.txt', 'B=2\nC=${A}${E}')];
  assert.deepEqual(loadEnvFiles(paths, { env: { A: 'out', E: 'e' } }), { A: '1', B: '2', C: '1e' });
});

test('skips missing files only if it is told to', () => {
  const paths = [join(folder, 'missing.txt'), file('c.txt', 'C=3')];
  assert.deepEqual(loadEnvFiles(paths, { optional: true }), { C: '3' });
  assert.throws(() => loadEnvFiles(paths), { code: 'ENOENT' });
  assert.deepEqual(loadEnvFiles([]), {});
});

test('skips no other trouble', () => {
  assert.throws(() => loadEnvFiles([folder], { optional: true }), { code: 'EISDIR' });
});
