// Runs tests against a package that does nothing: a copy whose functions and classes are empty, and
// whose commands end at once. Tests that stay green prove nothing. The real package is out of the
// way meanwhile, and back when this ends.
// Arguments: a file with what to spoil, the longest time for one test file in milliseconds. What
// the modules give is told in shapes.json. No foreign code runs before the spoilt tests do. The
// report is that of run-tests.mjs.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const [planFile, timeout] = process.argv.slice(2);
const { folder, modules, bins, tests } = JSON.parse(fs.readFileSync(planFile, 'utf8'));
const ours = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(folder);
const kept = path.join(ours, 'real-package');
const NOTHING_TO_SPOIL = 3;
const NOT_KNOWN = 4;
const TESTS_CHANGED = 5;

function isAsItWas({ file, hash }) {
  try {
    const content = fs.readFileSync(path.join(root, file));
    return createHash('sha512').update(content).digest('hex') === hash;
  } catch {
    return false;
  }
}

// Whoever was asked may have told anything.
function shapes() {
  try {
    const told = JSON.parse(fs.readFileSync(path.join(ours, 'shapes.json'), 'utf8'));
    const sound = told.length === modules.length && told.every((each) => each.shape.kind);
    return sound ? told : undefined;
  } catch {
    return undefined;
  }
}

function doesSomething(shape) {
  const { kind, members = {} } = shape;
  return kind === 'function' || Object.values(members).some(doesSomething);
}

// Makes values of shapes; it stands in each module that is spoilt.
function make(shape) {
  const fill = (target, members) => {
    for (const [name, member] of Object.entries(members ?? {})) {
      try {
        const property = { value: make(member), writable: true, configurable: true };
        Object.defineProperty(target, name, { ...property, enumerable: member.enumerable });
      } catch {
        // Some members of functions cannot be set.
      }
    }
    return target;
  };
  switch (shape.kind) {
    case 'function': {
      const empty = { [shape.name]: function () {} }[shape.name];
      fill(empty.prototype, shape.prototype);
      return fill(empty, shape.members);
    }
    case 'object':
      return fill({}, shape.members);
    case 'array':
      return Object.values(shape.members).map(make);
    case 'pattern':
      return new RegExp(shape.source, shape.flags);
    case 'whole':
      return BigInt(shape.value);
    case 'value':
      return shape.value;
    default:
      return undefined;
  }
}

const isName = (name) => /^[A-Za-z_$][\w$]*$/.test(name);

function moduleText({ isModule, shape }) {
  const maker = `const make = ${make.toString()};\nconst shape = ${JSON.stringify(shape)};\n`;
  const names = Object.keys(shape.members ?? {});
  if (isModule) {
    const exported = names.map((name, at) => `e${at} as ${JSON.stringify(name)}`);
    const made = names.map(
      (name, at) => `const e${at} = make(shape.members[${JSON.stringify(name)}]);\n`,
    );
    return `${maker}${made.join('')}export { ${exported.join(', ')} };\n`;
  }
  // The last line is never run: it tells importers the names.
  const listed = names.filter((name) => isName(name) && name !== 'default').join(': 0, ');
  const hint = listed ? `0 && (module.exports = { ${listed}: 0 });\n` : '';
  return `${maker}module.exports = make(shape);\n${hint}`;
}

// A command that tests import keeps the names that they import.
function commandText(text) {
  const isModule = /^\s*(?:import|export)\b/m.test(text);
  const names = new Set();
  for (const [, name] of text.matchAll(
    /(?:^|\n)export\s+(?:async\s+)?(?:function\s*\*?|class|const|let|var)\s+([\w$]+)/g,
  )) {
    names.add(name);
  }
  for (const [, list] of text.matchAll(/(?:^|\n)export\s*\{([^}]*)\}/g)) {
    list.split(',').forEach((one) => names.add(one.trim().split(/\s+/).pop()));
  }
  const kept = [...names].filter((name) => isName(name) && name !== 'default');
  const some = kept.map((name) => `export const ${name} = function () {};\n`).join('');
  const rest = /(?:^|\n)export\s+default\b/.test(text) ? 'export default function () {}\n' : '';
  return `#!/usr/bin/env node\n${isModule ? some + rest : ''}`;
}

function spoil(known) {
  for (const [at, file] of modules.entries()) {
    fs.writeFileSync(path.join(root, file), moduleText(known[at]));
  }
  for (const file of bins) {
    const full = path.join(root, file);
    fs.writeFileSync(full, commandText(fs.readFileSync(full, 'utf8')));
  }
}

const known = modules.length > 0 ? shapes() : [];
if (!tests.every(isAsItWas)) {
  process.exitCode = TESTS_CHANGED;
} else if (!known) {
  process.exitCode = NOT_KNOWN;
} else if (bins.length === 0 && !known.some(({ shape }) => doesSomething(shape))) {
  process.exitCode = NOTHING_TO_SPOIL;
} else {
  fs.renameSync(root, kept);
  process.on('exit', () => {
    fs.rmSync(root, { recursive: true, force: true });
    fs.renameSync(kept, root);
  });
  fs.cpSync(kept, root, { recursive: true, verbatimSymlinks: true });
  spoil(known);
  process.env.FORGE_UNTIL_RED = '1';
  process.argv.splice(2, Infinity, folder, timeout, '-', ...tests.map(({ file }) => file));
  await import('./run-tests.mjs');
}
