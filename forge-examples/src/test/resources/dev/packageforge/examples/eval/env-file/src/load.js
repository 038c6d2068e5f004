import { readFileSync } from 'node:fs';

import { parseEnv } from './parse.js';

/**
 * Reads several files; each sees the values of those before.
 *
 * @param {string[]} paths the files
 * @param {{env?: Record<string, string>, optional?: boolean}} [options] optional skips missing files
 * @returns {Record<string, string>}
 */
export function loadEnvFiles(paths, { env = {}, optional = false } = {}) {
  let values = {};
  for (const path of paths) {
    const text = read(path, optional);
    values = { ...values, ...parseEnv(text, { env: { ...env, ...values } }) };
  }
  return values;
}

function read(path, optional) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (optional && error.code === 'ENOENT') {
      return '';
    }
    throw error;
  }
}
