export { evaluate } from './evaluate.js';
export { variables } from './variables.js';
