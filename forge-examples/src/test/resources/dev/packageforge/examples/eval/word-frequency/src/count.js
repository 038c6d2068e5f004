import { words } from './words.js';

/**
 * Each word with how often it occurs, the most frequent first.
 *
 * @param {string} text any text
 * @returns {[string, number][]}
 */
export function countWords(text) {
  const counts = new Map();
  for (const word of words(text)) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts].sort(byCountThenWord);
}

/**
 * The first few of {@link countWords}.
 *
 * @param {string} text any text
 * @param {number} limit how many at most
 * @returns {[string, number][]}
 * @throws {RangeError} if limit is not a positive integer
 */
export function topWords(text, limit) {
  if (!Number.isInteger(limit) || limit < 1) {
    throw new RangeError(`limit must be a positive integer, was ${limit}`);
  }
  return countWords(text).slice(0, limit);
}

function byCountThenWord([wordA, countA], [wordB, countB]) {
  if (countA !== countB) {
    return countB - countA;
  }
  return wordA < wordB ? -1 : 1;
}
