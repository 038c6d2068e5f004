export { parsePath } from './path.js';
export { pick } from './pick.js';
