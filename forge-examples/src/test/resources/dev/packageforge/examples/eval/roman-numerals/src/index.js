export { add, compare } from './arithmetic.js';
export { fromRoman, isRoman } from './from-roman.js';
export { toRoman } from './to-roman.js';
