// Uses an installed package as a stranger would: runs each command with --help, then loads each
// entry point in a process of its own, so that no foreign code runs in the one that holds the key.
// Argument: a file with what to try. Writes a sealed report, a line for each.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { sealedReport } from './seal.mjs';

const { bins, loads, timeout } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const ours = path.dirname(fileURLToPath(import.meta.url));
const write = sealedReport(ours);

for (const name of bins) {
  const command = path.resolve('node_modules', '.bin', name);
  const ran = spawnSync(command, ['--help'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout,
    maxBuffer: 1024 * 1024,
    killSignal: 'SIGKILL',
  });
  const output = `${ran.stdout ?? ''}${ran.stderr ?? ''}`;
  process.stdout.write(`$ ${name} --help\n${output}`);
  write({
    kind: 'bin',
    name,
    exit: ran.status ?? -1,
    problem: ran.error ? String(ran.error.code ?? ran.error.message) : ran.signal ?? '',
    silent: output.trim() === '',
    output: output.slice(0, 8000),
  });
}

for (const [index, { specifier, byRequire }] of loads.entries()) {
  process.stdout.write(`${byRequire ? 'require' : 'import'}("${specifier}")\n`);
  const proof = randomBytes(32).toString('hex');
  const ran = spawnSync(process.execPath, [path.join(ours, 'load.mjs')], {
    input: JSON.stringify({ specifier, byRequire, proof }),
    stdio: ['pipe', 'inherit', 'inherit', 'pipe'],
    maxBuffer: 1024 * 1024,
    killSignal: 'SIGKILL',
  });
  const told = String(ran.output?.[3] ?? '');
  const at = told.indexOf(proof);
  if (at < 0) {
    break;
  }
  const [verdict, output] = told.slice(at + proof.length + 1).split(/ (.*)/s);
  if (verdict === 'loaded') {
    write({ kind: 'load', index, ok: true, ...JSON.parse(output || '{}') });
  } else {
    process.stdout.write(`${output}\n`);
    write({ kind: 'load', index, ok: false, output });
  }
}
write({ kind: 'end' });
