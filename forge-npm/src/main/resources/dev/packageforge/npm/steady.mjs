// Loaded before anything of a package in every process that runs its tests: what tests compare and
// report with stays what it is, whatever the package replaces.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const seen = new Set();

function fix(value) {
  if ((typeof value !== 'object' && typeof value !== 'function') || !value || seen.has(value)) {
    return;
  }
  seen.add(value);
  for (const name of Object.getOwnPropertyNames(value)) {
    const property = Object.getOwnPropertyDescriptor(value, name);
    if (property.configurable && 'value' in property && typeof property.value === 'function') {
      Object.defineProperty(value, name, { writable: false, configurable: false });
      fix(property.value);
    }
  }
}

for (const name of ['node:assert', 'node:assert/strict', 'node:test']) {
  fix(require(name));
}
// What the package starts itself is not to know of this.
process.env.NODE_OPTIONS = process.env.NODE_OPTIONS.replace(` --import=${import.meta.url}`, '');
