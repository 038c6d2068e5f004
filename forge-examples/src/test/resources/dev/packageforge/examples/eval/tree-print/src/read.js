import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Reads a folder.
 *
 * @param {string} folder where
 * @param {{all?: boolean, dirs?: boolean, depth?: number}} [options]
 * @returns {object[]} its entries: name, kind, and entries or target
 */
export function readTree(folder, { all = false, dirs = false, depth = Infinity } = {}) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => all || !entry.name.startsWith('.'))
    .filter((entry) => !dirs || entry.isDirectory())
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((entry) => node(folder, entry, { all, dirs, depth }));
}

function node(folder, entry, { all, dirs, depth }) {
  const { name } = entry;
  const path = join(folder, name);
  if (entry.isSymbolicLink()) {
    return { name, kind: 'link', target: readlinkSync(path) };
  }
  if (!entry.isDirectory()) {
    return { name, kind: 'file' };
  }
  const entries = depth > 1 ? readTree(path, { all, dirs, depth: depth - 1 }) : [];
  return { name, kind: 'folder', entries };
}
