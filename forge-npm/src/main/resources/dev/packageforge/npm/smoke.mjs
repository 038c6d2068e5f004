// Uses an installed package as a stranger would: runs each command with --help, then loads each
// entry point. Argument: a file with what to try. Writes a sealed report, a line for each.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { sealedReport } from './seal.mjs';

const { bins, loads, timeout } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const write = sealedReport(path.dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
const print = process.stdout.write.bind(process.stdout);
const exit = process.exit.bind(process);

for (const name of bins) {
  const command = path.resolve('node_modules', '.bin', name);
  const ran = spawnSync(command, ['--help'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout,
    maxBuffer: 1024 * 1024,
    killSignal: 'SIGKILL',
  });
  const output = `${ran.stdout ?? ''}${ran.stderr ?? ''}`;
  print(`$ ${name} --help\n${output}`);
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
  print(`${byRequire ? 'require' : 'import'}("${specifier}")\n`);
  try {
    if (byRequire) {
      require(specifier);
    } else {
      await import(specifier);
    }
    write({ kind: 'load', index, ok: true });
  } catch (error) {
    const stack = String(error?.stack ?? error).slice(0, 8000);
    print(`${stack}\n`);
    write({ kind: 'load', index, ok: false, output: stack });
  }
}
write({ kind: 'end' });
exit(0);
