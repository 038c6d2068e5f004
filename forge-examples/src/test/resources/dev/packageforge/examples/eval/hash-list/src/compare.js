/**
 * Compares checksums with those that are expected.
 *
 * @param {Map<string, string>} expected checksums by path
 * @param {Map<string, string>} actual checksums by path
 * @returns {{path: string, state: 'ok' | 'changed' | 'missing' | 'extra'}[]}
 */
export function compare(expected, actual) {
  const listed = [...expected].map(([path, hash]) => ({ path, state: stateOf(hash, actual.get(path)) }));
  const extra = [...actual.keys()].filter((path) => !expected.has(path)).sort();
  return [...listed, ...extra.map((path) => ({ path, state: 'extra' }))];
}

function stateOf(expected, actual) {
  if (actual === undefined) {
    return 'missing';
  }
  return actual === expected ? 'ok' : 'changed';
}
