/** Returns a number above 0, and refuses everything else. */
export function positive(name, value) {
  if (!Number.isFinite(value) || value <= 0) {
    throw new RangeError(`${name} must be a number above 0, was ${String(value)}`);
  }
  return value;
}
