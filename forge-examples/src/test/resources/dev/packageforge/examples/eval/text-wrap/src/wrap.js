import { checkWidth, widthOf } from './width.js';

/**
 * Wraps the paragraphs of a text.
 *
 * @param {string} text paragraphs, parted by blank lines
 * @param {number} width the longest line in characters
 * @returns {string} without a line break at its end
 */
export function wrap(text, width) {
  checkWidth(width);
  return paragraphs(text)
    .map((words) => fill(words, width).join('\n'))
    .join('\n\n');
}

function paragraphs(text) {
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.split(/\s+/).filter((word) => word !== ''))
    .filter((words) => words.length > 0);
}

function fill(words, width) {
  const lines = [];
  let line = words[0];
  let used = widthOf(line);
  for (const word of words.slice(1)) {
    const more = widthOf(word);
    if (used + 1 + more <= width) {
      line += ` ${word}`;
      used += 1 + more;
    } else {
      lines.push(line);
      line = word;
      used = more;
    }
  }
  lines.push(line);
  return lines;
}
