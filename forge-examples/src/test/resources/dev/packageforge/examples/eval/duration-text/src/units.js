const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How many milliseconds each unit has, the largest unit first. */
export const UNITS = Object.freeze({
  w: 7 * DAY,
  d: DAY,
  h: HOUR,
  m: MINUTE,
  s: SECOND,
  ms: 1,
});

/** The names of the units, the largest first. */
export const NAMES = Object.keys(UNITS);
