import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { evaluate } from './evaluate.js';

const HELP = `Usage: reckon [--set NAME=NUMBER]... [--digits N] [EXPRESSION...]

Calculates an expression, or each line of standard input.

  --set NAME=NUMBER   the value of a name
  --digits N          how many decimals to print, 0 to 20
  --help              show this
`;

/** Runs the command and returns its exit code. */
export function main(args) {
  let request;
  try {
    request = read(args);
  } catch (error) {
    process.stderr.write(`reckon: ${error.message}\n`);
    return 2;
  }
  if (request.help) {
    process.stdout.write(HELP);
    return 0;
  }
  try {
    for (const text of request.texts ?? lines()) {
      process.stdout.write(`${shown(evaluate(text, request.variables), request.digits)}\n`);
    }
    return 0;
  } catch (error) {
    process.stderr.write(`reckon: ${error.message}\n`);
    return 1;
  }
}

function lines() {
  return readFileSync(0, 'utf8')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
}

function shown(number, digits) {
  return digits === undefined ? String(number) : number.toFixed(digits);
}

function read(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      set: { type: 'string', multiple: true, default: [] },
      digits: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  const { digits } = values;
  if (digits !== undefined && (!/^\d{1,2}$/.test(digits) || Number(digits) > 20)) {
    throw new Error(`--digits needs a number from 0 to 20, was "${digits}"`);
  }
  return {
    help: values.help,
    texts: positionals.length > 0 ? [positionals.join(' ')] : undefined,
    digits: digits === undefined ? undefined : Number(digits),
    variables: Object.fromEntries(values.set.map(assignment)),
  };
}

function assignment(text) {
  const [, name, value] = /^([A-Za-z_]\w*)=(.+)$/.exec(text) ?? [];
  const number = Number(value);
  if (name === undefined || !Number.isFinite(number)) {
    throw new Error(`--set needs NAME=NUMBER, was "${text}"`);
  }
  return [name, number];
}
