export { compare, increment, parse, satisfies, sort, valid } from './index.cjs';
