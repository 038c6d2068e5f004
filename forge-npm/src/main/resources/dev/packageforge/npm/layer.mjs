// Packs what npm installed along with a package, without the package itself, and npm's record of
// it without the package's entry. Nothing of what was installed has run yet.
// Arguments: the package's name, the archive to write. Ends with 3 if the package has dependencies
// of its own inside its folder, which cannot be had without it.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const [name, archive] = process.argv.slice(2);
const RECORD = 'node_modules/.package-lock.json';
const own = `node_modules/${name}`;
const record = JSON.parse(readFileSync(RECORD, 'utf8'));
const inside = Object.keys(record.packages).some((at) => at.startsWith(`${own}/`));

function entries() {
  return readdirSync('node_modules').flatMap((entry) => {
    const at = `node_modules/${entry}`;
    if (entry === '.package-lock.json' || at === own) {
      return [];
    }
    if (entry === '.bin') {
      // The package's own commands lead nowhere without it.
      return readdirSync(at)
        .map((command) => `${at}/${command}`)
        .filter((command) => !`${path.join(at, readlinkSync(command))}/`.startsWith(`${own}/`));
    }
    return own.startsWith(`${at}/`)
      ? readdirSync(at).map((scoped) => `${at}/${scoped}`).filter((scoped) => scoped !== own)
      : [at];
  });
}

if (inside) {
  process.exitCode = 3;
} else {
  delete record.packages[own];
  const list = entries();
  const beside = path.join(path.dirname(archive), 'layer');
  mkdirSync(path.join(beside, 'node_modules'), { recursive: true });
  writeFileSync(path.join(beside, RECORD), JSON.stringify(record));
  const packed = spawnSync('tar', ['-cf', archive, ...list, '-C', beside, RECORD], {
    stdio: 'inherit',
  });
  process.exitCode = packed.status ?? 1;
}
