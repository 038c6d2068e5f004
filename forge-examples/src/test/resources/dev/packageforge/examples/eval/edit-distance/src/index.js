export { closest, distance, rank, similarity } from './index.cjs';
