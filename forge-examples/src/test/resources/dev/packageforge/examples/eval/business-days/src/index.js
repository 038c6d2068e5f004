export { addBusinessDays, countBusinessDays, isBusinessDay, nextBusinessDay } from './business.js';
