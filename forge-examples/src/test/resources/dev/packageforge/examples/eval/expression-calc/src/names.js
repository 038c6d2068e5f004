/** What a function computes, and with how many operands. */
export const FUNCTIONS = new Map([
  ['sqrt', { compute: Math.sqrt, most: 1 }],
  ['abs', { compute: Math.abs, most: 1 }],
  ['round', { compute: Math.round, most: 1 }],
  ['floor', { compute: Math.floor, most: 1 }],
  ['ceil', { compute: Math.ceil, most: 1 }],
  ['min', { compute: Math.min, most: Infinity }],
  ['max', { compute: Math.max, most: Infinity }],
]);

export const CONSTANTS = new Map([
  ['pi', Math.PI],
  ['e', Math.E],
]);
