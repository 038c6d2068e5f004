import versions from './index.cjs';

export const { compare, increment, parse, satisfies, sort, valid } = versions;
