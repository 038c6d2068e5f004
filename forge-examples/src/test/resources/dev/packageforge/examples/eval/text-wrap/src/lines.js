import { checkWidth, widthOf } from './width.js';

/** Puts a prefix before each line that is not empty. */
export function indent(text, prefix) {
  return text
    .split('\n')
    .map((line) => (line === '' ? line : prefix + line))
    .join('\n');
}

/**
 * Pads a line with blanks.
 *
 * @param {string} line the line
 * @param {number} width how long it becomes, unless it is longer
 * @param {'left' | 'right' | 'center'} where where the line stands
 */
export function align(line, width, where) {
  checkWidth(width);
  const blanks = Math.max(0, width - widthOf(line));
  const before = blanksBefore(blanks, where);
  return ' '.repeat(before) + line + ' '.repeat(blanks - before);
}

function blanksBefore(blanks, where) {
  switch (where) {
    case 'left':
      return 0;
    case 'right':
      return blanks;
    case 'center':
      return Math.floor(blanks / 2);
    default:
      throw new RangeError(`"${String(where)}" is not left, right or center`);
  }
}
