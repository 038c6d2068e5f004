import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { countWords } from './count.js';

const HELP = `Usage: wordfreq [--top N] [--min N] [FILE]

Prints how often each word occurs. Reads standard input if no file is named.

  --top N   only the N most frequent words
  --min N   only words that occur at least N times
  --help    show this
`;

/** Runs the command and returns its exit code. */
export function main(args) {
  let options;
  try {
    options = read(args);
  } catch (error) {
    process.stderr.write(`wordfreq: ${error.message}\n`);
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
    process.stderr.write(`wordfreq: ${error.message}\n`);
    return 1;
  }
  const lines = countWords(text)
    .filter(([, count]) => count >= options.min)
    .slice(0, options.top)
    .map(([word, count]) => `${count}\t${word}\n`);
  process.stdout.write(lines.join(''));
  return 0;
}

function read(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      top: { type: 'string' },
      min: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (positionals.length > 1) {
    throw new Error('one file at a time');
  }
  return {
    help: values.help ?? false,
    top: positive('--top', values.top, Infinity),
    min: positive('--min', values.min, 1),
    file: positionals[0],
  };
}

function positive(option, text, otherwise) {
  if (text === undefined) {
    return otherwise;
  }
  if (!/^[1-9]\d*$/.test(text)) {
    throw new Error(`${option} needs a positive integer, was "${text}"`);
  }
  return Number(text);
}
