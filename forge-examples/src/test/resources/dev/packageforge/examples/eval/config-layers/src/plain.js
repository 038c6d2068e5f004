/** Whether a value is an object that was written in braces, or parsed. */
export function isPlain(value) {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

const UNSAFE = new Set(['__proto__', 'constructor', 'prototype']);

/** Whether a key can be set without reaching a prototype. */
export function isSafe(key) {
  return !UNSAFE.has(key);
}
