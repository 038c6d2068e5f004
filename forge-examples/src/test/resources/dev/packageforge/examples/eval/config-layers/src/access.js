/**
 * The value at a path.
 *
 * @param {object} config the configuration
 * @param {string} path such as "server.port"
 * @param {unknown} [fallback] what to return if there is nothing
 */
export function get(config, path, fallback) {
  let value = config;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) {
      return fallback;
    }
    value = value[key];
  }
  return value === undefined ? fallback : value;
}

/** The configuration, if there is something at each of the paths. */
export function require(config, paths) {
  const missing = paths.filter((path) => (get(config, path) ?? null) === null);
  if (missing.length > 0) {
    throw new Error(`missing in the configuration: ${missing.join(', ')}`);
  }
  return config;
}

/** The configuration, frozen at every depth. */
export function freeze(config) {
  if (typeof config === 'object' && config !== null && !Object.isFrozen(config)) {
    Object.freeze(config);
    Object.values(config).forEach(freeze);
  }
  return config;
}
