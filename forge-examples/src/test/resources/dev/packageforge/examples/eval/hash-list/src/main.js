import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { compare } from './compare.js';
import { ALGORITHMS, hashFolder } from './hash.js';
import { formatList, parseList } from './list.js';

const HELP = `Usage: hashlist [--algorithm NAME] DIR
       hashlist --check LIST [--quiet] [--algorithm NAME] DIR

Lists the checksums of all files of a folder, or compares them with a list.

  --algorithm NAME   ${ALGORITHMS.join(', ')}
  --check LIST       a file with a list to compare with
  --quiet            do not print what is ok
  --help             show this
`;

/** Runs the command and returns its exit code. */
export function main(args) {
  let request;
  try {
    request = read(args);
  } catch (error) {
    return complain(error, 2);
  }
  if (request.help) {
    process.stdout.write(HELP);
    return 0;
  }
  try {
    return request.check === undefined ? list(request) : check(request);
  } catch (error) {
    return complain(error, 3);
  }
}

function list({ folder, algorithm }) {
  process.stdout.write(formatList(hashFolder(folder, algorithm)));
  return 0;
}

function check({ folder, algorithm, check: file, quiet }) {
  const expected = parseList(readFileSync(file, 'utf8'));
  const results = compare(expected, hashFolder(folder, algorithm));
  const shown = results.filter(({ state }) => !quiet || state !== 'ok');
  process.stdout.write(shown.map(({ state, path }) => `${state} ${path}\n`).join(''));
  return results.every(({ state }) => state === 'ok') ? 0 : 1;
}

function read(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      algorithm: { type: 'string', default: ALGORITHMS[0] },
      check: { type: 'string' },
      quiet: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (!values.help) {
    refuse(positionals.length !== 1, 'name one folder');
    refuse(!ALGORITHMS.includes(values.algorithm), `the algorithm "${values.algorithm}" is not known`);
    refuse(values.quiet && values.check === undefined, '--quiet needs --check');
  }
  return { ...values, folder: positionals[0] };
}

function refuse(isWrong, message) {
  if (isWrong) {
    throw new Error(message);
  }
}

function complain(error, code) {
  process.stderr.write(`hashlist: ${error.message}\n`);
  return code;
}
