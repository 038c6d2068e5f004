const TAG = /\\\{\{|\{\{\{([\s\S]*?)\}\}\}|\{\{([\s\S]*?)\}\}|\{\{/g;

/** A template that cannot be read. */
export function problem(line, message) {
  return new SyntaxError(`line ${line}: ${message}`);
}

/**
 * Splits a template into text and tags.
 *
 * @param {string} template the text
 * @returns {{kind: 'text' | 'tag', value: string, raw?: boolean, line: number}[]}
 */
export function tokens(template) {
  const result = [];
  let at = 0;
  let line = 1;
  const text = (value) => {
    if (value !== '') {
      result.push({ kind: 'text', value, line });
    }
  };
  for (const match of template.matchAll(TAG)) {
    const before = template.slice(at, match.index);
    text(before);
    line += breaks(before);
    const [whole, raw, plain] = match;
    if (whole === '\\{{') {
      text('{{');
    } else if (whole === '{{') {
      throw problem(line, 'this tag is not closed');
    } else {
      result.push({ kind: 'tag', value: (raw ?? plain).trim(), raw: raw !== undefined, line });
    }
    line += breaks(whole);
    at = match.index + whole.length;
  }
  text(template.slice(at));
  return result;
}

function breaks(text) {
  return text.split('\n').length - 1;
}
