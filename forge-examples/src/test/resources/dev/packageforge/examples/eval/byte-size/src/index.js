import sizes from './index.cjs';

export const { formatBytes, parseBytes, sumBytes } = sizes;
