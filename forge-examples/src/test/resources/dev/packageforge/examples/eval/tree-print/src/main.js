import { parseArgs } from 'node:util';

import { draw } from './draw.js';
import { readTree } from './read.js';

const HELP = `Usage: treeshow [--all] [--dirs] [--depth N] [DIR]

Prints a folder as a tree.

  --all       also names that begin with a dot
  --dirs      folders only
  --depth N   at most N levels
  --help      show this
`;

/** Runs the command and returns its exit code. */
export function main(args) {
  let request;
  try {
    request = read(args);
  } catch (error) {
    process.stderr.write(`treeshow: ${error.message}\n`);
    return 2;
  }
  if (request.help) {
    process.stdout.write(HELP);
    return 0;
  }
  try {
    process.stdout.write(draw(readTree(request.folder, request)));
    return 0;
  } catch (error) {
    process.stderr.write(`treeshow: ${error.message}\n`);
    return 1;
  }
}

function read(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      all: { type: 'boolean' },
      dirs: { type: 'boolean' },
      depth: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (positionals.length > 1) {
    throw new Error('one folder at a time');
  }
  if (values.depth !== undefined && !/^[1-9]\d*$/.test(values.depth)) {
    throw new Error(`--depth needs a positive integer, was "${values.depth}"`);
  }
  const depth = values.depth === undefined ? Infinity : Number(values.depth);
  return { ...values, depth, folder: positionals[0] ?? '.' };
}
