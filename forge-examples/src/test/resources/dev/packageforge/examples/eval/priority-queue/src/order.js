/** Checks a function that orders items. */
export function checkCompare(compare) {
  if (typeof compare !== 'function') {
    throw new TypeError('compare must be a function');
  }
  return compare;
}

/** Orders items by < and >. */
export function natural(a, b) {
  if (a < b) {
    return -1;
  }
  return a > b ? 1 : 0;
}
