import { CONSTANTS, FUNCTIONS } from './names.js';
import { parse } from './parse.js';

const OPERATIONS = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / notZero(b),
  '%': (a, b) => a % notZero(b),
  '^': (a, b) => a ** b,
};

/**
 * Calculates an expression.
 *
 * @param {string} text such as "2 * (a + 1)"
 * @param {Record<string, number>} [variables] the values of names
 * @returns {number}
 */
export function evaluate(text, variables = {}) {
  return valueOf(parse(text), variables);
}

function valueOf(tree, variables) {
  switch (tree.kind) {
    case 'number':
      return tree.value;
    case 'negative':
      return 0 - valueOf(tree.operand, variables);
    case 'operation':
      return OPERATIONS[tree.sign](valueOf(tree.left, variables), valueOf(tree.right, variables));
    case 'call':
      return call(tree.value, tree.operands.map((operand) => valueOf(operand, variables)));
    default:
      return named(tree.value, variables);
  }
}

function call(name, operands) {
  const known = FUNCTIONS.get(name);
  if (known === undefined) {
    throw new Error(`there is no function ${name}`);
  }
  if (operands.length < 1 || operands.length > known.most) {
    throw new Error(`${name} does not take ${operands.length} arguments`);
  }
  return known.compute(...operands);
}

function named(name, variables) {
  const value = Object.hasOwn(variables, name) ? variables[name] : CONSTANTS.get(name);
  if (value === undefined) {
    throw new Error(`${name} has no value`);
  }
  return value;
}

function notZero(number) {
  if (number === 0) {
    throw new Error('division by zero');
  }
  return number;
}
