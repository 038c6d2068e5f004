export { formatBytes, parseBytes, sumBytes } from './index.cjs';
