export { LruCache } from './cache.js';
export type { EvictReason, LruOptions } from './options.js';
