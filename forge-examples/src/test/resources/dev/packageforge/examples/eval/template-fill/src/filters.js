const isNothing = (value) => value === undefined || value === null;
const text = (value) => (isNothing(value) ? '' : String(value));

/** The filters that are built in. */
export const FILTERS = {
  upper: (value) => text(value).toUpperCase(),
  lower: (value) => text(value).toLowerCase(),
  trim: (value) => text(value).trim(),
  json: (value) => JSON.stringify(value),
  default: (value, otherwise) => (isNothing(value) || value === '' ? otherwise : value),
};

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** The text with what HTML would take for something else replaced. */
export function escapeHtml(html) {
  return html.replace(/[&<>"']/g, (character) => ENTITIES[character]);
}
