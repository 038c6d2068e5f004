import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The algorithms that may be named. */
export const ALGORITHMS = ['sha256', 'sha1', 'md5'];

/**
 * The checksums of all files under a folder, sorted by path.
 *
 * @param {string} folder where
 * @param {string} [algorithm] one of {@link ALGORITHMS}
 * @returns {Map<string, string>} checksums by path
 */
export function hashFolder(folder, algorithm = 'sha256') {
  const paths = filesUnder(folder, '').sort();
  return new Map(paths.map((path) => [path, hashFile(join(folder, path), algorithm)]));
}

function filesUnder(folder, before) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = before + entry.name;
    if (entry.isDirectory()) {
      return filesUnder(join(folder, entry.name), `${path}/`);
    }
    return entry.isFile() ? [path] : [];
  });
}

function hashFile(path, algorithm) {
  return createHash(algorithm).update(readFileSync(path)).digest('hex');
}
