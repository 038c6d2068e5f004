/** How often each word is in a text. */
export function tally(text) {
  const counts = {};
  for (const word of text.split(/\s+/).filter(Boolean)) {
    counts[word] = (counts[word] ?? 0) + 1;
  }
  return counts;
}
