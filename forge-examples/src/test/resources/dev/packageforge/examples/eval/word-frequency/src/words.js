const RUN = /[\p{L}\p{N}']+/gu;

/**
 * The words of a text in lower case, in the order in which they stand.
 *
 * @param {string} text any text
 * @returns {string[]}
 */
export function words(text) {
  return (text.match(RUN) ?? [])
    .map((run) => run.replace(/^'+|'+$/g, '').toLowerCase())
    .filter((word) => word.length > 0);
}
