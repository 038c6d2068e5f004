import { problem, tokens } from './tokens.js';

/**
 * Reads an expression into a tree: numbers, names, calls and operations.
 *
 * @param {string} text an expression
 * @throws {SyntaxError} if it is none; its property position says where
 */
export function parse(text) {
  const reader = new Reader(tokens(text));
  const tree = reader.sum();
  reader.expect('end');
  return tree;
}

class Reader {
  #tokens;
  #at = 0;

  constructor(all) {
    this.#tokens = all;
  }

  sum() {
    return this.#leftToRight(['+', '-'], () => this.#product());
  }

  expect(kind, value) {
    const token = this.#tokens[this.#at];
    if (token.kind !== kind || (value !== undefined && token.value !== value)) {
      throw problem(token.position, `${token.value} has no place here`);
    }
    this.#at += 1;
    return token;
  }

  #product() {
    return this.#leftToRight(['*', '/', '%'], () => this.#signed());
  }

  #signed() {
    if (this.#take('-')) {
      return { kind: 'negative', operand: this.#signed() };
    }
    return this.#take('+') ? this.#signed() : this.#power();
  }

  #power() {
    const base = this.#atom();
    if (!this.#take('^')) {
      return base;
    }
    return { kind: 'operation', sign: '^', left: base, right: this.#signed() };
  }

  #atom() {
    if (this.#take('(')) {
      const inner = this.sum();
      this.expect('sign', ')');
      return inner;
    }
    if (this.#tokens[this.#at].kind === 'number') {
      return this.expect('number');
    }
    const { value } = this.expect('name');
    return this.#take('(') ? { kind: 'call', value, operands: this.#operands() } : { kind: 'name', value };
  }

  #operands() {
    if (this.#take(')')) {
      return [];
    }
    const operands = [this.sum()];
    while (this.#take(',')) {
      operands.push(this.sum());
    }
    this.expect('sign', ')');
    return operands;
  }

  #leftToRight(signs, next) {
    let left = next();
    for (;;) {
      const sign = signs.find((each) => this.#take(each));
      if (sign === undefined) {
        return left;
      }
      left = { kind: 'operation', sign, left, right: next() };
    }
  }

  #take(sign) {
    const { kind, value } = this.#tokens[this.#at];
    const isIt = kind === 'sign' && value === sign;
    if (isIt) {
      this.#at += 1;
    }
    return isIt;
  }
}
