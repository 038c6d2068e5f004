/** How many code points a text has. */
export function widthOf(text) {
  return Array.from(text).length;
}

/** Refuses what is no width. */
export function checkWidth(width) {
  if (!Number.isInteger(width) || width < 1) {
    throw new RangeError(`width must be a positive integer, was ${String(width)}`);
  }
}
