export { CycleError } from './cycle.js';
export type { Graph } from './edges.js';
export { batches, sort } from './order.js';
export { dependenciesOf, dependentsOf } from './reach.js';
