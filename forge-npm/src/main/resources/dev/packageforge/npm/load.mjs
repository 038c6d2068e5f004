// Loads one entry point of an installed package and says so, and which names it gives, by a word
// that only this script knows: it came through the standard input, which is empty by the time that
// foreign code runs.
import { readFileSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';

const { specifier, byRequire, proof } = JSON.parse(readFileSync(0, 'utf8'));
const require = createRequire(import.meta.url);
const [tell, exit] = [writeSync, process.exit.bind(process)];
const [stringify, keysOf, namesOf, above] = [
  JSON.stringify,
  Object.keys,
  Object.getOwnPropertyNames,
  Object.getPrototypeOf,
];
const bare = new Set([Object.prototype, Function.prototype, null]);
let said = `${proof} failed`;

// All names by which something can be had of a value, and those that it was given on purpose.
function names(value) {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) {
    return { names: [], own: [] };
  }
  const all = new Set();
  for (let at = value; !bare.has(at); at = above(at)) {
    namesOf(at).forEach((name) => all.add(name));
  }
  return { names: [...all].slice(0, 5000), own: keysOf(value).slice(0, 5000) };
}

try {
  const loaded = byRequire ? require(specifier) : await import(specifier);
  said = `${proof} loaded`;
  said = `${proof} loaded ${stringify(names(loaded))}`;
} catch (error) {
  // A value that does not let itself be looked at was loaded all the same.
  said = said.endsWith('loaded') ? said : `${said} ${String(error?.stack ?? error).slice(0, 8000)}`;
}
tell(3, said);
exit(0);
