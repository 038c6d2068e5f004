import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';

import { parseCondition } from './condition.js';
import { filterLines } from './filter.js';

const HELP = `Usage: jsonl [--where EXPR]... [--select NAMES] [--limit N] [--count] [--skip-bad] [FILE]

Filters lines of JSON objects. Reads standard input if no file is named.

  --where EXPR     NAME=TEXT, NAME!=TEXT, NAME<NUMBER, <=, >, >=
  --select NAMES   print these keys only, parted by commas
  --limit N        end after N objects
  --count          print only how many there are
  --skip-bad       skip lines that are no JSON objects
  --help           show this
`;

/** Runs the command and returns its exit code. */
export async function main(args) {
  let request;
  try {
    request = read(args);
  } catch (error) {
    process.stderr.write(`jsonl: ${error.message}\n`);
    return 2;
  }
  if (request.help) {
    process.stdout.write(HELP);
    return 0;
  }
  try {
    const input = request.file === undefined ? process.stdin : createReadStream(request.file);
    await pipeline(Readable.from(output(linesOf(input), request)), process.stdout, { end: false });
    return 0;
  } catch (error) {
    process.stderr.write(`jsonl: ${error.message}\n`);
    return 1;
  }
}

async function* linesOf(input) {
  let rest = '';
  for await (const chunk of input.setEncoding('utf8')) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    yield* lines;
  }
  if (rest !== '') {
    yield rest;
  }
}

async function* output(lines, request) {
  let count = 0;
  for await (const record of filterLines(lines, request)) {
    count += 1;
    if (!request.count) {
      yield `${JSON.stringify(record)}\n`;
    }
  }
  if (request.count) {
    yield `${count}\n`;
  }
}

function read(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      where: { type: 'string', multiple: true, default: [] },
      select: { type: 'string' },
      limit: { type: 'string' },
      count: { type: 'boolean' },
      'skip-bad': { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (positionals.length > 1) {
    throw new Error('one file at a time');
  }
  if (values.limit !== undefined && !/^[1-9]\d*$/.test(values.limit)) {
    throw new Error(`--limit needs a positive integer, was "${values.limit}"`);
  }
  if (values.limit !== undefined && values.count) {
    throw new Error('--count and --limit do not go together');
  }
  return {
    help: values.help,
    count: values.count,
    skipBad: values['skip-bad'],
    limit: values.limit === undefined ? Infinity : Number(values.limit),
    select: values.select?.split(','),
    conditions: values.where.map(parseCondition),
    file: positionals[0],
  };
}
