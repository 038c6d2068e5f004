/** Returns the limit if it is one. */
export function checkLimit(limit) {
  if (!Number.isInteger(limit) || limit < 1) {
    throw new RangeError(`limit must be a positive integer, was ${String(limit)}`);
  }
  return limit;
}
