export { formatDuration } from './format.js';
export { parseDuration } from './parse.js';
export { UNITS } from './units.js';
