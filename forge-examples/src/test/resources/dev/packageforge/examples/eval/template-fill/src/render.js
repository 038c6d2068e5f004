import { FILTERS, escapeHtml } from './filters.js';
import { parse } from './parse.js';
import { Scope } from './scope.js';

/**
 * Reads a template.
 *
 * @param {string} template the text
 * @param {{filters?: Record<string, Function>, escape?: 'html'}} [options]
 * @returns {(data?: object) => string} fills it
 * @throws {SyntaxError} if it cannot be read
 */
export function compile(template, { filters = {}, escape } = {}) {
  const nodes = parse(template, new Map(Object.entries({ ...FILTERS, ...filters })));
  const clean = escape === 'html' ? escapeHtml : (text) => text;
  return (data = {}) => all(nodes, new Scope(data), clean);
}

/** Fills a template once. */
export function render(template, data, options) {
  return compile(template, options)(data);
}

function all(nodes, scope, clean) {
  return nodes.map((node) => one(node, scope, clean)).join('');
}

function one(node, scope, clean) {
  switch (node.kind) {
    case 'text':
      return node.value;
    case 'value':
      return shown(node, scope, clean);
    case 'if':
      return all(isTrue(scope.lookUp(node.path)) ? node.body : node.otherwise, scope, clean);
    default:
      return elements(scope.lookUp(node.path))
        .map((element, index) => all(node.body, scope.inner(element, index), clean))
        .join('');
  }
}

function shown({ path, steps, raw }, scope, clean) {
  const value = steps.reduce((before, { apply, argument }) => apply(before, argument), scope.lookUp(path));
  const text = value === undefined || value === null ? '' : String(value);
  return raw ? text : clean(text);
}

function isTrue(value) {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

function elements(value) {
  return Array.isArray(value) ? value : [];
}
