const TOKEN = /\s*(?:(\d+(?:\.\d+)?(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)|([A-Za-z_]\w*)|([-+*/%^(),]))/iy;

/** A text that is no expression. */
export function problem(position, message) {
  return Object.assign(new SyntaxError(`character ${position + 1}: ${message}`), { position });
}

/**
 * Splits a text.
 *
 * @param {string} text an expression
 * @returns {{kind: 'number' | 'name' | 'sign' | 'end', value: unknown, position: number}[]}
 */
export function tokens(text) {
  const result = [];
  const end = text.trimEnd().length;
  let at = 0;
  while (at < end) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) {
      const position = at + text.slice(at).search(/\S/);
      throw problem(position, `"${text[position]}" has no place here`);
    }
    const [whole, number, name, sign] = match;
    const value = number === undefined ? (name ?? sign) : Number(number);
    const kind = number !== undefined ? 'number' : name !== undefined ? 'name' : 'sign';
    result.push({ kind, value, position: at + whole.length - whole.trimStart().length });
    at = TOKEN.lastIndex;
  }
  result.push({ kind: 'end', value: 'the end', position: text.length });
  return result;
}
