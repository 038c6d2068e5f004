// Runs each example of a README as a program of its own, next to the installed package.
// Argument: a file with what to run. Writes a sealed report, a line for each.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { sealedReport } from './seal.mjs';

const { files, timeout } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const write = sealedReport(path.dirname(fileURLToPath(import.meta.url)));

for (const file of files) {
  process.stdout.write(`$ node ${path.basename(file)}\n`);
  const ran = spawnSync(process.execPath, [path.basename(file)], {
    cwd: path.dirname(file),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout,
    maxBuffer: 1024 * 1024,
    killSignal: 'SIGKILL',
  });
  process.stdout.write(`${ran.stdout ?? ''}${ran.stderr ?? ''}`);
  write({
    kind: 'example',
    file,
    exit: ran.status ?? -1,
    problem: ran.error ? String(ran.error.code ?? ran.error.message) : ran.signal ?? '',
    output: String(ran.stderr ?? '').slice(0, 8000),
  });
}
write({ kind: 'end' });
