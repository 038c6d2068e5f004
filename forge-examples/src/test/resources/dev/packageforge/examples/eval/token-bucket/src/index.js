export { createLimiter } from './limiter.js';
