import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { parsePath } from './path.js';
import { pick } from './pick.js';

const HELP = `Usage: jpick [--raw] [--default VALUE] PATH [FILE]

Prints the values that PATH leads to, as JSON, one a line.

  --raw             print strings without quotes
  --default VALUE   what to print if there is nothing
  --help            show this
`;

const NOTHING = 1;
const USAGE = 2;
const INPUT = 3;

/** Runs the command and returns its exit code. */
export function main(args) {
  let request;
  try {
    request = read(args);
  } catch (error) {
    return complain(error, USAGE);
  }
  if (request.help) {
    process.stdout.write(HELP);
    return 0;
  }
  let document;
  try {
    document = JSON.parse(readFileSync(request.file ?? 0, 'utf8'));
  } catch (error) {
    return complain(error, INPUT);
  }
  return print(pick(document, request.path), request);
}

function read(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      raw: { type: 'boolean' },
      default: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  const [path, file] = positionals;
  if (!values.help) {
    if (positionals.length < 1 || positionals.length > 2) {
      throw new Error('name a path, and at most one file');
    }
    parsePath(path);
  }
  return { ...values, path, file };
}

function print(found, { raw = false, default: otherwise }) {
  if (found.length === 0 && otherwise === undefined) {
    return NOTHING;
  }
  const lines = found.length === 0 ? [otherwise] : found.map((value) => shown(value, raw));
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return 0;
}

function shown(value, raw) {
  return raw && typeof value === 'string' ? value : JSON.stringify(value);
}

function complain(error, code) {
  process.stderr.write(`jpick: ${error.message}\n`);
  return code;
}
