export { collect } from './collect.js';
export { joinLines } from './join.js';
export { mapLines } from './map.js';
export { splitLines } from './split.js';
