import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { matches, nextRun, nextRuns, parseCron } from 'PACKAGE';

const next = (text, after) => nextRun(text, new Date(after))?.toISOString();

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

test('fields', () => {
  const { minutes, hours, days, months, weekdays } = parseCron('*/20 8-12/2 1,15,1 jan-MAR 7,1');
  assert.deepEqual(minutes, [0, 20, 40]);
  assert.deepEqual(hours, [8, 10, 12]);
  assert.deepEqual(days, [1, 15]);
  assert.deepEqual(months, [1, 2, 3]);
  assert.deepEqual(weekdays, [0, 1]);
});

test('stars and names', () => {
  const all = parseCron('  * *  * * * ');
  assert.equal(all.minutes.length, 60);
  assert.equal(all.days.length, 31);
  assert.deepEqual(all.weekdays, [0, 1, 2, 3, 4, 5, 6]);
  assert.deepEqual(parseCron('0 0 * * mon-fri').weekdays, [1, 2, 3, 4, 5]);
  assert.deepEqual(parseCron('0 0 * * 5-7').weekdays, [0, 5, 6]);
});

test('what cannot be read', () => {
  for (const text of ['', '* * * *', '* * * * * *', '60 * * * *', '* 24 * * *', '* * 0 * *', '* * * 13 *', '* * * * 8', '5-1 * * * *', '*/0 * * * *', 'x * * * *', '1,,2 * * * *', '* * * foo *', '1- * * * *']) {
    assert.throws(() => parseCron(text), SyntaxError, text);
    assert.throws(() => nextRun(text, new Date(0)), SyntaxError, text);
  }
});

test('the next minute, strictly after', () => {
  assert.equal(next('* * * * *', '2026-03-09T10:00:00.000Z'), '2026-03-09T10:01:00.000Z');
  assert.equal(next('* * * * *', '2026-03-09T10:00:59.999Z'), '2026-03-09T10:01:00.000Z');
  assert.equal(next('30 * * * *', '2026-03-09T10:30:00Z'), '2026-03-09T11:30:00.000Z');
  assert.equal(next('30 * * * *', '2026-03-09T10:29:59Z'), '2026-03-09T10:30:00.000Z');
});

test('over days, months and years', () => {
  assert.equal(next('0 9 * * *', '2026-03-31T09:00:00Z'), '2026-04-01T09:00:00.000Z');
  assert.equal(next('0 0 1 1 *', '2026-01-01T00:00:00Z'), '2027-01-01T00:00:00.000Z');
  assert.equal(next('0 0 31 * *', '2026-03-31T12:00:00Z'), '2026-05-31T00:00:00.000Z');
});

test('weekdays', () => {
  // The 9th of March 2026 is a Monday.
  assert.equal(next('0 8 * * mon', '2026-03-09T08:00:00Z'), '2026-03-16T08:00:00.000Z');
  assert.equal(next('0 8 * * 1-5', '2026-03-13T08:00:00Z'), '2026-03-16T08:00:00.000Z');
  assert.equal(next('0 8 * * 7', '2026-03-09T08:00:00Z'), '2026-03-15T08:00:00.000Z');
});

test('either day fits when both are restricted', () => {
  assert.equal(next('0 0 13 * fri', '2026-03-09T00:00:00Z'), '2026-03-13T00:00:00.000Z');
  assert.equal(next('0 0 13 * fri', '2026-03-13T00:00:00Z'), '2026-03-20T00:00:00.000Z');
  assert.equal(next('0 0 10 * fri', '2026-03-09T00:00:00Z'), '2026-03-10T00:00:00.000Z');
});

test('leap days, and days that never come', () => {
  assert.equal(next('0 0 29 2 *', '2026-01-01T00:00:00Z'), '2028-02-29T00:00:00.000Z');
  assert.equal(nextRun('0 0 30 2 *', new Date('2026-01-01T00:00:00Z')), undefined);
  assert.deepEqual(nextRuns('0 0 30 2 *', new Date('2026-01-01T00:00:00Z'), 3), []);
});

test('several runs', () => {
  const runs = nextRuns('0 */8 * * *', new Date('2026-03-09T10:00:00Z'), 4).map((date) => date.toISOString().slice(0, 16));
  assert.deepEqual(runs, ['2026-03-09T16:00', '2026-03-10T00:00', '2026-03-10T08:00', '2026-03-10T16:00']);
});

test('matches', () => {
  assert.equal(matches('*/15 10 * * *', new Date('2026-03-09T10:45:59Z')), true);
  assert.equal(matches('*/15 10 * * *', new Date('2026-03-09T10:46:00Z')), false);
  assert.equal(matches('0 0 13 * fri', new Date('2026-03-20T00:00:30Z')), true);
  assert.equal(matches('0 0 13 * *', new Date('2026-03-20T00:00:00Z')), false);
});

test('invalid dates', () => {
  const invalid = new Date(NaN);
  assert.throws(() => nextRun('* * * * *', invalid), RangeError);
  assert.throws(() => nextRuns('* * * * *', invalid, 1), RangeError);
  assert.throws(() => matches('* * * * *', invalid), RangeError);
});

test('declarations are in the package', () => {
  const declarations = readdirSync(packageFolder(), { recursive: true }).filter((path) => path.endsWith('.d.ts'));
  assert.ok(declarations.some((path) => readFileSync(join(packageFolder(), path), 'utf8').includes('nextRun')));
});
