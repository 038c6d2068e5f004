import { CONSTANTS } from './names.js';
import { parse } from './parse.js';

/** The names in an expression that need a value, sorted. */
export function variables(text) {
  const names = new Set();
  collect(parse(text), names);
  return [...names].sort();
}

function collect(tree, names) {
  if (tree.kind === 'name' && !CONSTANTS.has(tree.value)) {
    names.add(tree.value);
  }
  const below = [tree.operand, tree.left, tree.right, ...(tree.operands ?? [])];
  below.filter((each) => each !== undefined).forEach((each) => collect(each, names));
}
