export { nSmallest } from './n-smallest.js';
export { PriorityQueue } from './queue.js';
