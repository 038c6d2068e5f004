// Loaded before anything of a package in every process that runs its tests: what tests compare and
// report with stays what it is, whatever the package replaces.
// A process that ends before its tests have ended is red: what it printed until then is anybody's.
import { createRequire } from 'node:module';
import { after } from 'node:test';
import { pathToFileURL } from 'node:url';
import { isMainThread } from 'node:worker_threads';

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
if (process.env.NODE_TEST_CONTEXT && isMainThread) {
  const { apply } = Reflect;
  const exit = process.reallyExit.bind(process);
  const main = pathToFileURL(process.argv[1]).href;
  let over = false;
  // A file that could not be loaded to its end has not told all its tests.
  after(async () => {
    await import(main);
    over = true;
  });
  // The exit code as the system will see it, unless that is a success.
  const early = (code) => (code & 255) || 97;
  // Honest packages put something of their own before these, such as signal-exit.
  const guard = (name, guarded) => {
    let value = guarded(process[name]);
    const set = (next) => {
      value = guarded(next);
    };
    Object.defineProperty(process, name, { get: () => value, set, configurable: false });
  };
  guard('reallyExit', (next) => (code) => apply(next, process, [over ? code : early(code)]));
  guard('emit', (next) => (event, ...rest) => {
    if (event === 'exit' && !over) {
      exit(early(process.exitCode));
    }
    return apply(next, process, [event, ...rest]);
  });
  Object.defineProperty(process, 'execve', { value: undefined, writable: false, configurable: false });
}
// What the package starts itself is not to know of this.
process.env.NODE_OPTIONS = process.env.NODE_OPTIONS.replace(` --import=${import.meta.url}`, '');
