export { parseCondition } from './condition.js';
export { filterLines } from './filter.js';
