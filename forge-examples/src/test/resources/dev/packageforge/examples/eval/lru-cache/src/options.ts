/** Why an entry went. */
export type EvictReason = 'capacity' | 'expired';

/** What a cache is made with. */
export interface LruOptions<K, V> {
  /** The largest number of entries. */
  max: number;
  /** For how many milliseconds an entry lives; for ever if left out. */
  ttl?: number;
  /** The current time in milliseconds. */
  now?: () => number;
  /** Told of each entry that goes by itself. */
  onEvict?: (key: K, value: V, reason: EvictReason) => void;
}

/** The options with what was left out. */
export type Settings<K, V> = Required<LruOptions<K, V>>;

/** Checks options and fills them up. */
export function settings<K, V>(options: LruOptions<K, V>): Settings<K, V> {
  const { max, ttl = Infinity, now = Date.now, onEvict = () => {} } = options;
  if (!Number.isInteger(max) || max < 1) {
    throw new RangeError(`max must be a positive integer, was ${max}`);
  }
  return { max, ttl, now, onEvict };
}
