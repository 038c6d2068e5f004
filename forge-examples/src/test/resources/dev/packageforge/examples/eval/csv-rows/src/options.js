/** The delimiter that the options ask for. */
export function delimiterOf({ delimiter = ',' } = {}) {
  if (typeof delimiter !== 'string' || delimiter.length !== 1) {
    throw new TypeError(`delimiter must be one character, was ${JSON.stringify(delimiter)}`);
  }
  return delimiter;
}
