export { draw } from './draw.js';
export { readTree } from './read.js';
