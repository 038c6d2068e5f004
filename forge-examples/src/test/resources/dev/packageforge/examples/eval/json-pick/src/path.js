/** Stands for all values of an object or array. */
export const ALL = Symbol('all');

const NAME = /[^.[\]]+/y;
const BRACKET = /\[(\*|-?\d+)\]/y;

/**
 * Splits a path into its steps: names, positions and {@link ALL}.
 *
 * @param {string} path such as list[0].id
 * @returns {(string | number | symbol)[]}
 * @throws {SyntaxError} if it is no path
 */
export function parsePath(path) {
  if (path === '.') {
    return [];
  }
  const steps = [];
  let at = 0;
  while (at < path.length) {
    const bracket = matchAt(BRACKET, path, at);
    if (bracket !== null) {
      steps.push(bracket[1] === '*' ? ALL : Number(bracket[1]));
      at += bracket[0].length;
      continue;
    }
    if (steps.length > 0) {
      if (path[at] !== '.') {
        throw bad(path, at);
      }
      at += 1;
    }
    const name = matchAt(NAME, path, at);
    if (name === null) {
      throw bad(path, at);
    }
    steps.push(name[0] === '*' ? ALL : name[0]);
    at += name[0].length;
  }
  if (steps.length === 0) {
    throw bad(path, 0);
  }
  return steps;
}

function matchAt(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function bad(path, at) {
  return new SyntaxError(`"${path}" is not a path, see character ${at + 1}`);
}
