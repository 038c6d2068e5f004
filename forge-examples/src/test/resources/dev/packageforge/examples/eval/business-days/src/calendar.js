import { dayOf, weekdayOf } from './day.js';

/** Tells business days, by their numbers, from others. */
export class Calendar {
  #holidays;
  #weekend;

  constructor({ holidays = [], weekend = [0, 6] } = {}) {
    this.#holidays = new Set(holidays.map(dayOf));
    this.#weekend = new Set(weekend);
    for (const weekday of this.#weekend) {
      if (!Number.isInteger(weekday) || weekday < 0 || weekday > 6) {
        throw new RangeError(`${String(weekday)} is not a weekday from 0 to 6`);
      }
    }
    if (this.#weekend.size === 7) {
      throw new RangeError('a week of seven days off has no business days');
    }
  }

  isBusiness(day) {
    return !this.#weekend.has(weekdayOf(day)) && !this.#holidays.has(day);
  }
}
