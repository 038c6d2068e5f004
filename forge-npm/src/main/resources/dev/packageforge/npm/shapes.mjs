// Tells what modules give: functions with what hangs on them, and values. Says so by a word that
// came through the standard input, which is empty by the time that foreign code runs.
import { readFileSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const { files, proof } = JSON.parse(readFileSync(0, 'utf8'));
const require = createRequire(import.meta.url);
const [tell, exit, stringify] = [writeSync, process.exit.bind(process), JSON.stringify];
const DEPTH = 4;
const OF_FUNCTIONS = new Set(['length', 'name', 'prototype', 'arguments', 'caller']);
const ends = new Set([null, Object.prototype, Function.prototype, Array.prototype]);

function members(value, depth, left) {
  const found = {};
  for (let at = value; !ends.has(at); at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) {
      const property = Object.getOwnPropertyDescriptor(at, name);
      if (!Object.hasOwn(found, name) && !left.has(name) && name !== '__proto__') {
        const shape = 'value' in property ? shapeOf(property.value, depth + 1) : { kind: 'other' };
        found[name] = { ...shape, enumerable: property.enumerable };
      }
    }
  }
  return found;
}

function shapeOf(value, depth) {
  if (typeof value === 'function') {
    const own = depth < DEPTH ? members(value, depth, OF_FUNCTIONS) : {};
    const prototype =
      depth < DEPTH && value.prototype
        ? members(value.prototype, depth, new Set(['constructor']))
        : {};
    return { kind: 'function', name: String(value.name), members: own, prototype };
  }
  if (typeof value === 'bigint') {
    return { kind: 'whole', value: String(value) };
  }
  if (value instanceof RegExp) {
    return { kind: 'pattern', source: value.source, flags: value.flags };
  }
  if (Array.isArray(value)) {
    return depth < DEPTH
      ? { kind: 'array', members: { ...value.slice(0, 1000).map((one) => shapeOf(one, depth + 1)) } }
      : { kind: 'other' };
  }
  if (value !== null && typeof value === 'object') {
    return depth < DEPTH
      ? { kind: 'object', members: members(value, depth, new Set(['constructor'])) }
      : { kind: 'other' };
  }
  return ['string', 'number', 'boolean'].includes(typeof value) || value === null
    ? { kind: 'value', value }
    : { kind: 'other' };
}

// Whether Node takes a file for an ECMAScript module.
function isModule(file) {
  if (!file.endsWith('.js')) {
    return file.endsWith('.mjs');
  }
  for (let at = path.dirname(file); at !== path.dirname(at); at = path.dirname(at)) {
    try {
      return JSON.parse(readFileSync(path.join(at, 'package.json'), 'utf8')).type === 'module';
    } catch {
      // The next folder above may have one.
    }
  }
  return false;
}

const shapes = [];
for (const file of files) {
  if (isModule(file)) {
    const loaded = await import(pathToFileURL(file).href);
    const found = {};
    for (const name of Object.keys(loaded)) {
      found[name] = { ...shapeOf(loaded[name], 1), enumerable: true };
    }
    shapes.push({ isModule: true, shape: { kind: 'object', members: found } });
  } else {
    shapes.push({ isModule: false, shape: { ...shapeOf(require(file), 0) } });
  }
}
tell(3, proof + stringify(shapes));
exit(0);
