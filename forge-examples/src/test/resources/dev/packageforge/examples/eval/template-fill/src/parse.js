import { problem, tokens } from './tokens.js';

const OPENING = /^#(if|each)\s+(\S+)$/;
const CLOSING = /^\/(if|each)$/;

/**
 * Reads a template into a list of nodes.
 *
 * @param {string} template the text
 * @param {Map<string, Function>} filters the filters by name
 */
export function parse(template, filters) {
  const root = { kind: 'root', body: [] };
  const open = [root];
  let nodes = root.body;
  for (const token of tokens(template)) {
    const block = open.at(-1);
    if (token.kind === 'text') {
      nodes.push({ kind: 'text', value: token.value });
    } else if (OPENING.test(token.value)) {
      const [, kind, path] = OPENING.exec(token.value);
      const inner = { kind, path, body: [], otherwise: [], line: token.line };
      nodes.push(inner);
      open.push(inner);
      nodes = inner.body;
    } else if (token.value === 'else') {
      if (block.kind !== 'if' || nodes === block.otherwise) {
        throw problem(token.line, 'there is no "if" for this "else"');
      }
      nodes = block.otherwise;
    } else if (CLOSING.test(token.value)) {
      const [, kind] = CLOSING.exec(token.value);
      if (block.kind !== kind) {
        throw problem(token.line, `there is no "${kind}" to close`);
      }
      open.pop();
      nodes = nodesOf(open.at(-1));
    } else {
      nodes.push(value(token, filters));
    }
  }
  if (open.length > 1) {
    throw problem(open.at(-1).line, `this "${open.at(-1).kind}" is not closed`);
  }
  return root.body;
}

// Whatever stands in the second part of a block came after its "else".
function nodesOf(block) {
  return block.otherwise?.length > 0 ? block.otherwise : block.body;
}

function value({ value: text, raw, line }, filters) {
  const [path, ...parts] = text.split('|').map((part) => part.trim());
  if (!/^[^\s{}#/]+$/.test(path)) {
    throw problem(line, `"${text}" is not a name`);
  }
  const steps = parts.map((part) => {
    const colon = part.indexOf(':');
    const name = colon < 0 ? part : part.slice(0, colon).trim();
    if (!filters.has(name)) {
      throw problem(line, `there is no filter "${name}"`);
    }
    return { apply: filters.get(name), argument: colon < 0 ? undefined : part.slice(colon + 1).trim() };
  });
  return { kind: 'value', path, steps, raw };
}
