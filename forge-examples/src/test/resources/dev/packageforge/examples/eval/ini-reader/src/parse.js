import { readValue } from './value.js';

/**
 * Reads an INI text.
 *
 * @param {string} text the whole file
 * @returns {object} values, and an object for each section
 * @throws {SyntaxError} if a line is neither a section, a comment nor key=value
 */
export function parse(text) {
  const result = {};
  let target = result;
  text.split(/\r?\n/).forEach((raw, index) => {
    const line = raw.trim();
    if (line === '' || line.startsWith(';') || line.startsWith('#')) {
      return;
    }
    if (line.startsWith('[')) {
      target = section(result, sectionName(line, index + 1));
      return;
    }
    const [key, value] = pair(line, index + 1);
    set(target, key, readValue(value));
  });
  return result;
}

function sectionName(line, number) {
  if (!line.endsWith(']')) {
    throw new SyntaxError(`line ${number}: the section header has no closing bracket`);
  }
  return line.slice(1, -1).trim();
}

function section(result, name) {
  const known = Object.hasOwn(result, name) ? result[name] : undefined;
  if (typeof known === 'object') {
    return known;
  }
  const fresh = {};
  set(result, name, fresh);
  return fresh;
}

function pair(line, number) {
  const at = line.indexOf('=');
  if (at < 0) {
    throw new SyntaxError(`line ${number}: there is no "="`);
  }
  const key = line.slice(0, at).trim();
  if (key === '') {
    throw new SyntaxError(`line ${number}: the key is empty`);
  }
  return [key, line.slice(at + 1).trim()];
}

// Defined, not assigned: "__proto__" is a key like any other.
function set(target, key, value) {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}
