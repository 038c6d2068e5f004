import { parse } from 'csv-parse/sync';
import dayjs from 'dayjs';
import escape from 'escape-string-regexp';
import equal from 'fast-deep-equal';
import lodash from 'lodash';
import ms from 'ms';
import { customAlphabet } from 'nanoid';
import colors from 'picocolors';
import semver from 'semver';
import yargs from 'yargs-parser';

/** The rows of a text of comma-separated values. */
export function rows(text) {
  return parse(text);
}

/** The year of a date in ISO 8601. */
export function year(date) {
  return dayjs(date).year();
}

/** A pattern that finds exactly this text. */
export function exactly(text) {
  return new RegExp(escape(text));
}

/** Whether two values hold the same. */
export function same(left, right) {
  return equal(left, right);
}

/** A list without what it holds twice. */
export function once(values) {
  return lodash.uniqWith(values, lodash.isEqual);
}

/** How many milliseconds a span such as "2 minutes" has. */
export function span(text) {
  return ms(text);
}

/** A word of so many zeros and ones, by chance. */
export function bits(count) {
  return customAlphabet('01', count)();
}

/** A text without the colours of a terminal, in bold where there are any. */
export function bold(text) {
  return colors.createColors(false).bold(text);
}

/** The newest of some versions. */
export function newest(versions) {
  return semver.rsort([...versions])[0];
}

/** The options of a command line. */
export function options(line) {
  const { _, ...named } = yargs(line);
  return { named, rest: _ };
}
