export { compare } from './compare.js';
export { hashFolder } from './hash.js';
export { formatList, parseList } from './list.js';
