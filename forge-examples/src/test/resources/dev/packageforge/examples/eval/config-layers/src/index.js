export { freeze, get, require } from './access.js';
export { fromEnv } from './env.js';
export { mergeLayers } from './merge.js';
