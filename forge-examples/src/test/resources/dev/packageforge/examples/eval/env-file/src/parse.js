import { expand } from './expand.js';
import { closingQuote, unescape } from './quoted.js';

const ENTRY = /[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*/y;
const SKIPPED = /[ \t]*(?:#[^\n]*)?(?:\r?\n|$)/y;
const UNQUOTED = /[^\r\n]*/y;

/**
 * Reads an environment file.
 *
 * @param {string} text the whole file
 * @param {{env?: Record<string, string>}} [options] values that references may name
 * @returns {Record<string, string>}
 * @throws {SyntaxError} if it cannot be read; its property line says where
 */
export function parseEnv(text, { env = {} } = {}) {
  const values = new Map();
  const lookUp = (name) => values.get(name) ?? (Object.hasOwn(env, name) ? env[name] : undefined);
  let at = 0;
  while (at < text.length) {
    const skipped = match(SKIPPED, text, at);
    if (skipped !== null) {
      at += skipped[0].length;
      continue;
    }
    const entry = match(ENTRY, text, at);
    if (entry === null) {
      throw problem(text, at, 'this is not KEY=value');
    }
    const { value, end } = readValue(text, at, at + entry[0].length, lookUp);
    values.set(entry[1], value);
    at = end;
  }
  return Object.fromEntries(values);
}

function readValue(text, entry, start, lookUp) {
  const quote = text[start];
  if (quote !== '"' && quote !== "'") {
    const [raw] = match(UNQUOTED, text, start);
    const value = raw.replace(/(?:^|[ \t])#.*$/, '').trim();
    return { value: expand(value, lookUp), end: start + raw.length };
  }
  const close = closingQuote(text, start);
  if (close < 0) {
    throw problem(text, entry, 'the quote is never closed');
  }
  if (match(SKIPPED, text, close + 1) === null) {
    throw problem(text, entry, 'there is text after the closing quote');
  }
  const inner = text.slice(start + 1, close);
  return { value: quote === '"' ? unescape(inner, lookUp) : inner, end: close + 1 };
}

function match(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function problem(text, at, what) {
  const line = text.slice(0, at).split('\n').length;
  return Object.assign(new SyntaxError(`line ${line}: ${what}`), { line });
}
