const CONDITION = /^([^=!<>]+)(=|!=|<=|>=|<|>)(.*)$/s;

const COMPARE = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/**
 * Reads a condition.
 *
 * @param {string} text such as "user.age>=18"
 * @returns {(record: object) => boolean}
 * @throws {SyntaxError} if it is none
 */
export function parseCondition(text) {
  const match = CONDITION.exec(text);
  if (match === null) {
    throw new SyntaxError(`"${text}" is not a condition`);
  }
  const [, name, operator, operand] = match;
  const path = name.trim().split('.');
  if (operator === '=') {
    return (record) => asText(valueAt(record, path)) === operand;
  }
  if (operator === '!=') {
    return (record) => asText(valueAt(record, path)) !== operand;
  }
  const number = operand.trim() === '' ? NaN : Number(operand);
  if (Number.isNaN(number)) {
    throw new SyntaxError(`"${operand}" in "${text}" is not a number`);
  }
  return (record) => {
    const value = valueAt(record, path);
    return typeof value === 'number' && COMPARE[operator](value, number);
  };
}

function valueAt(record, path) {
  return path.reduce(
    (value, key) => (typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? value[key] : undefined),
    record,
  );
}

function asText(value) {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
