export { align, indent } from './lines.js';
export { wrap } from './wrap.js';
