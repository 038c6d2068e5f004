import { ALL, parsePath } from './path.js';

/**
 * All values that a path leads to.
 *
 * @param {unknown} document what JSON.parse returned
 * @param {string} path such as list[*].id
 * @returns {unknown[]} empty if there is none
 * @throws {SyntaxError} if it is no path
 */
export function pick(document, path) {
  let values = [document];
  for (const step of parsePath(path)) {
    values = values.flatMap((value) => follow(value, step));
  }
  return values;
}

function follow(value, step) {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  if (step === ALL) {
    return Object.values(value);
  }
  if (typeof step === 'number') {
    return element(value, step);
  }
  return !Array.isArray(value) && Object.hasOwn(value, step) ? [value[step]] : [];
}

function element(value, position) {
  if (!Array.isArray(value)) {
    return [];
  }
  const index = position < 0 ? value.length + position : position;
  return index >= 0 && index < value.length ? [value[index]] : [];
}
