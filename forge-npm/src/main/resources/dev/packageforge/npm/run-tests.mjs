// Runs test files with Node's own runner, shows the usual output, and writes a sealed report.
// Arguments: the package's folder, the longest time for one file in milliseconds, a plan or "-",
// the files. With FORGE_UNTIL_RED in the environment it ends with the first test that fails. If all
// are green, it tells beside the plan what the modules give that the plan names.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { sealedReport } from './seal.mjs';

const [folder, timeout, planFile, ...names] = process.argv.slice(2);
const ours = path.dirname(fileURLToPath(import.meta.url));
const write = sealedReport(ours);
const modules = planFile === '-' ? [] : JSON.parse(readFileSync(planFile, 'utf8')).modules;
const project = process.cwd();
const began = performance.now();
process.chdir(folder);
const root = process.cwd();
const files = names.map((name) => path.resolve(name));
const errors = new Map();
let red = false;
let late = '';
const untilRed = process.env.FORGE_UNTIL_RED === '1';
delete process.env.FORGE_UNTIL_RED;
if (process.allowedNodeEnvironmentFlags.has('--import')) {
  const steady = new URL('steady.mjs', import.meta.url).href;
  process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --import=${steady}`;
}

const clip = (text, max) => (text.length > max ? `${text.slice(0, max)} …` : text);
const show = (value) =>
  clip(inspect(value, { depth: 5, maxArrayLength: 20, maxStringLength: 500 }), 1000);
const below = (file) => (file ? path.relative(root, file).split(path.sep).join('/') : '');

function reason(error) {
  const cause = error?.cause ?? error;
  const isError = cause instanceof Error || typeof cause?.stack === 'string';
  const told = {
    type: isError ? cause.name ?? 'Error' : '',
    code: isError ? cause.code ?? '' : '',
    message: clip(isError ? cause.message ?? '' : String(cause), 2000),
    stack: clip(isError ? String(cause.stack) : '', 4000),
    failure: error?.failureType ?? '',
    exit: error?.exitCode ?? 0,
    signal: error?.signal ?? '',
  };
  if (isError && ('expected' in cause || 'actual' in cause)) {
    told.expected = show(cause.expected);
    told.actual = show(cause.actual);
  }
  return told;
}

function tell(state, data) {
  red ||= state === 'failed' && !data.todo;
  const isFile = data.nesting === 0 && data.file && path.resolve(data.name) === data.file;
  write({
    kind: isFile ? 'file' : data.details?.type === 'suite' ? 'suite' : 'test',
    state: data.skip || data.todo ? 'skipped' : state,
    name: isFile ? below(data.file) : data.name,
    file: below(data.file),
    line: data.line ?? 0,
    ...(state === 'failed' ? { error: reason(data.details?.error) } : {}),
    ...(isFile && state === 'failed' ? { output: clip(errors.get(data.file) || late, 8000) } : {}),
  });
}

// What each module gives, as told by a process of its own: foreign code runs in it, while the tests
// run.
function askShapes() {
  const proof = randomBytes(32).toString('hex');
  const files = modules.map((file) => path.join(root, file));
  const child = spawn(process.execPath, [path.join(ours, 'shapes.mjs')], {
    cwd: project,
    stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
  });
  const parts = [];
  let length = 0;
  child.stdio[3].on('data', (part) => {
    length += part.length;
    if (length > 16 * 1024 * 1024) {
      child.kill('SIGKILL');
    } else {
      parts.push(part);
    }
  });
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  child.stdin.end(JSON.stringify({ files, proof }));
  const ended = new Promise((resolve) => child.stdio[3].on('close', resolve));
  const stop = () => {
    child.kill('SIGKILL');
    child.stdio[3].destroy();
  };
  const tell = async () => {
    const patience = setTimeout(stop, Math.max(5000, 3 * (performance.now() - began)));
    await ended;
    clearTimeout(patience);
    const told = Buffer.concat(parts).toString();
    const at = told.indexOf(proof);
    if (at >= 0) {
      writeFileSync(path.join(ours, 'shapes.json'), told.slice(at + proof.length));
    }
    stop();
  };
  return { tell, stop };
}

const shapes = modules.length > 0 ? askShapes() : undefined;
const stream = run({ files, concurrency: 2, timeout: Number(timeout) });
stream.on('test:pass', (data) => tell('passed', data));
stream.on('test:fail', (data) => {
  tell('failed', data);
  if (red && untilRed) {
    write({ kind: 'end' });
    process.exit(1);
  }
});
stream.on('test:stderr', (data) => {
  const known = errors.get(data.file) ?? '';
  if (known.length < 8000) {
    errors.set(data.file, known + data.message);
  }
});
stream.on('test:diagnostic', (data) => {
  // What is thrown after its test has ended is told here only, and without a file.
  if (/^\w*Error\b/.test(data.message) && late.length < 8000) {
    late += `${data.message}\n`;
  }
});
stream.on('end', () => {
  write({ kind: 'end' });
  process.exitCode = red ? 1 : 0;
  if (red) {
    shapes?.stop();
  } else {
    shapes?.tell();
  }
});
stream.compose(new spec()).pipe(process.stdout);
