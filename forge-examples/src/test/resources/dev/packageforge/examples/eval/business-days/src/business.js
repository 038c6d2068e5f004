import { Calendar } from './calendar.js';
import { dateOf, dayOf } from './day.js';

/** Whether people work on that date. */
export function isBusinessDay(date, options) {
  return new Calendar(options).isBusiness(dayOf(date));
}

/** The date so many business days later, or earlier. */
export function addBusinessDays(date, count, options) {
  if (!Number.isInteger(count)) {
    throw new RangeError(`count must be an integer, was ${String(count)}`);
  }
  const calendar = new Calendar(options);
  const step = Math.sign(count);
  let day = dayOf(date);
  for (let left = Math.abs(count); left > 0; ) {
    day += step;
    if (calendar.isBusiness(day)) {
      left -= 1;
    }
  }
  return dateOf(day);
}

/** How many business days there are from one date until before another. */
export function countBusinessDays(from, to, options) {
  const calendar = new Calendar(options);
  const start = dayOf(from);
  const end = dayOf(to);
  let count = 0;
  for (let day = Math.min(start, end); day < Math.max(start, end); day++) {
    if (calendar.isBusiness(day)) {
      count += 1;
    }
  }
  return start <= end ? count : 0 - count;
}

/** The date itself, or the first business day after it. */
export function nextBusinessDay(date, options) {
  const calendar = new Calendar(options);
  let day = dayOf(date);
  while (!calendar.isBusiness(day)) {
    day += 1;
  }
  return dateOf(day);
}
