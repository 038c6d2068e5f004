import { isPlain, isSafe } from './plain.js';

/**
 * Merges layers; the later ones win.
 *
 * @param {...(object | null | undefined)} layers plain objects
 * @returns {object} a new object
 * @throws {TypeError} if a layer is something else
 */
export function mergeLayers(...layers) {
  const result = {};
  for (const layer of layers) {
    if (layer === null || layer === undefined) {
      continue;
    }
    if (!isPlain(layer)) {
      throw new TypeError('a layer is a plain object');
    }
    mergeInto(result, layer);
  }
  return result;
}

function mergeInto(target, layer) {
  for (const [key, value] of Object.entries(layer)) {
    if (value === undefined || !isSafe(key)) {
      continue;
    }
    if (isPlain(value) && isPlain(target[key])) {
      mergeInto(target[key], value);
    } else {
      target[key] = copy(value);
    }
  }
  return target;
}

function copy(value) {
  if (Array.isArray(value)) {
    return value.map(copy);
  }
  return isPlain(value) ? mergeInto({}, value) : value;
}
