export { formatRows } from './format.js';
export { parseRows } from './rows.js';
export { parseRecords } from './records.js';
