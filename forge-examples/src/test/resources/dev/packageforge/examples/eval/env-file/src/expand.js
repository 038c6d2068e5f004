const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

/**
 * Replaces each ${NAME} and ${NAME:-text}.
 *
 * @param {string} text the value as it is written
 * @param {(name: string) => string | undefined} lookUp the value of a name
 */
export function expand(text, lookUp) {
  return text.replace(REFERENCE, (whole, name, otherwise) => {
    const value = lookUp(name) ?? '';
    return value === '' && otherwise !== undefined ? otherwise : value;
  });
}
