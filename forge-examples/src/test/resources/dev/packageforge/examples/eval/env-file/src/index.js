export { loadEnvFiles } from './load.js';
export { parseEnv } from './parse.js';
