import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { indent } from './lines.js';
import { wrap } from './wrap.js';

const HELP = `Usage: rewrap [--width N] [--indent N] [FILE]

Wraps the paragraphs of a text. Reads standard input if no file is named.

  --width N    the longest line in characters (default: 80)
  --indent N   how many blanks stand before each line (default: 0)
  --help       show this
`;

/** Runs the command and returns its exit code. */
export function main(args) {
  let options;
  try {
    options = read(args);
  } catch (error) {
    process.stderr.write(`rewrap: ${error.message}\n`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  let text;
  try {
    text = readFileSync(options.file ?? 0, 'utf8');
  } catch (error) {
    process.stderr.write(`rewrap: ${error.message}\n`);
    return 1;
  }
  const wrapped = indent(wrap(text, options.width - options.blanks), ' '.repeat(options.blanks));
  process.stdout.write(wrapped === '' ? '' : `${wrapped}\n`);
  return 0;
}

function read(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      width: { type: 'string', default: '80' },
      indent: { type: 'string', default: '0' },
      help: { type: 'boolean' },
    },
  });
  if (positionals.length > 1) {
    throw new Error('one file at a time');
  }
  const width = number('--width', values.width);
  const blanks = number('--indent', values.indent);
  if (blanks >= width) {
    throw new Error('--indent must be smaller than --width');
  }
  return { help: values.help, width, blanks, file: positionals[0] };
}

function number(option, text) {
  if (!/^\d{1,9}$/.test(text)) {
    throw new Error(`${option} needs a number, was "${text}"`);
  }
  return Number(text);
}
