const FORM = /^(\d{4})-(\d{2})-(\d{2})$/;
const MILLISECONDS = 24 * 60 * 60 * 1000;

/**
 * The number of a day, counted from the first of January 1970.
 *
 * @param {string} date such as "2026-03-09"
 * @returns {number}
 * @throws {RangeError} if there is no such day
 */
export function dayOf(date) {
  const match = typeof date === 'string' ? FORM.exec(date) : null;
  if (match !== null) {
    const [, year, month, day] = match.map(Number);
    const number = Date.UTC(year, month - 1, day) / MILLISECONDS;
    // Date.UTC turns the 30th of February into the 2nd of March.
    if (dateOf(number) === date) {
      return number;
    }
  }
  throw new RangeError(`${String(date)} is not a date such as 2026-03-09`);
}

/** The date of a day's number. */
export function dateOf(number) {
  return new Date(number * MILLISECONDS).toISOString().slice(0, 10);
}

/** The weekday of a day's number: 0 is Sunday. */
export function weekdayOf(number) {
  // The first day was a Thursday.
  return (((number + 4) % 7) + 7) % 7;
}
