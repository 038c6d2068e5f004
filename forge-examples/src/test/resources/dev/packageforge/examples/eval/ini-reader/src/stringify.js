import { writeValue } from './value.js';

/**
 * Writes an object as INI text.
 *
 * @param {object} object values, and one object for each section
 * @returns {string} the text, ended by a newline unless it is empty
 * @throws {TypeError} if a value is neither text, number nor boolean
 */
export function stringify(object) {
  const values = [];
  const sections = [];
  for (const [key, value] of Object.entries(object)) {
    if (isSection(value)) {
      sections.push([`[${key}]`, ...lines(value)]);
    } else {
      values.push([key, value]);
    }
  }
  const blocks = values.length > 0 ? [lines(Object.fromEntries(values)), ...sections] : sections;
  return blocks.map((block) => `${block.join('\n')}\n`).join('\n');
}

function isSection(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function lines(values) {
  return Object.entries(values).map(([key, value]) => `${key}=${writeValue(key, value)}`);
}
