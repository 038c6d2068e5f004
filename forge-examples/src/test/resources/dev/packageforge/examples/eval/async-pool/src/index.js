export { mapLimit } from './map-limit.js';
export { createPool } from './pool.js';
