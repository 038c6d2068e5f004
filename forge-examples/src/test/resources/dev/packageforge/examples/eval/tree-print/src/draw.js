/**
 * Draws entries as {@link readTree} returns them.
 *
 * @param {object[]} entries the entries of a folder
 * @returns {string} the tree, an empty line, and how much there is
 */
export function draw(entries) {
  const counts = { folders: 0, files: 0 };
  const lines = ['.', ...linesOf(entries, '', counts)];
  return `${lines.join('\n')}\n\nfolders: ${counts.folders}, files: ${counts.files}\n`;
}

function linesOf(entries, before, counts) {
  return entries.flatMap((entry, index) => {
    const isLast = index === entries.length - 1;
    counts[entry.kind === 'folder' ? 'folders' : 'files'] += 1;
    const line = before + (isLast ? '└── ' : '├── ') + label(entry);
    return [line, ...linesOf(entry.entries ?? [], before + (isLast ? '    ' : '│   '), counts)];
  });
}

function label({ name, kind, target }) {
  switch (kind) {
    case 'folder':
      return `${name}/`;
    case 'link':
      return `${name} -> ${target}`;
    default:
      return name;
  }
}
