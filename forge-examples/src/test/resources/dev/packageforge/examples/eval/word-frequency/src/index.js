export { countWords, topWords } from './count.js';
export { words } from './words.js';
