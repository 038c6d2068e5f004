import assert from 'node:assert/strict';
import test from 'node:test';

import { tally } from 'tiny-tally';

test('counts words', () => assert.deepEqual(tally('a b a'), { a: 2, b: 1 }));
test('counts nothing', () => assert.deepEqual(tally('  '), {}));
