// What tests of a stranger's package may use. It lies beside them.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const project = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const bins = path.join(project, 'node_modules', '.bin');

// Runs an installed command to its end: { code, stdout, stderr }, whose code is null if it had to
// be killed. Options: input, a text for its standard input; cwd; env, beside the variables there
// are; timeout in milliseconds.
export function run(command, args = [], { input = '', cwd, env = {}, timeout = 10_000 } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(path.join(bins, command), args, {
      cwd,
      env: { ...process.env, NODE_TEST_CONTEXT: undefined, ...env },
      timeout,
      killSignal: 'SIGKILL',
    });
    const printed = { stdout: [], stderr: [] };
    child.stdout.on('data', (piece) => printed.stdout.push(piece));
    child.stderr.on('data', (piece) => printed.stderr.push(piece));
    // A command that ends without reading what it is given is not at fault.
    child.stdin.on('error', () => {});
    child.on('error', (error) => reject(new Error(`${command} could not be run: ${error.message}`)));
    child.on('close', (code) =>
      resolve({
        code,
        stdout: Buffer.concat(printed.stdout).toString('utf8'),
        stderr: Buffer.concat(printed.stderr).toString('utf8'),
      }),
    );
    child.stdin.end(input);
  });
}
