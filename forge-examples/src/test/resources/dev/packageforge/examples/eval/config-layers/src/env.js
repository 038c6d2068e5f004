import { isPlain, isSafe } from './plain.js';

const WORDS = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);
const NUMBER = /^-?\d+(\.\d+)?$/;

/**
 * A layer made of environment variables.
 *
 * @param {Record<string, string | undefined>} env such as process.env
 * @param {string} prefix what the names begin with, before an underscore
 * @returns {object}
 */
export function fromEnv(env, prefix) {
  const result = {};
  const start = `${prefix}_`;
  for (const [name, value] of Object.entries(env)) {
    if (name.startsWith(start) && name.length > start.length && value !== undefined) {
      set(result, name.slice(start.length).split('__').map(camelCase), convert(value));
    }
  }
  return result;
}

function camelCase(name) {
  return name.toLowerCase().replace(/_+([a-z0-9])/g, (whole, letter) => letter.toUpperCase());
}

function convert(value) {
  if (WORDS.has(value)) {
    return WORDS.get(value);
  }
  return NUMBER.test(value) ? Number(value) : value;
}

function set(target, keys, value) {
  if (!keys.every(isSafe)) {
    return;
  }
  let at = target;
  for (const key of keys.slice(0, -1)) {
    if (!isPlain(at[key])) {
      at[key] = {};
    }
    at = at[key];
  }
  at[keys.at(-1)] = value;
}
