import { settings, type LruOptions, type Settings } from './options.js';

interface Entry<V> {
  value: V;
  setAt: number;
}

/** A map with a limited number of entries that forgets the least recently used one. */
export class LruCache<K, V> {
  // A Map keeps the order of insertion; the first entry is the least recently used one.
  readonly #entries = new Map<K, Entry<V>>();
  readonly #settings: Settings<K, V>;

  constructor(options: LruOptions<K, V>) {
    this.#settings = settings(options);
  }

  /** How many entries are held, the expired ones among them. */
  get size(): number {
    return this.#entries.size;
  }

  /** The value, which counts as use. */
  get(key: K): V | undefined {
    const entry = this.#live(key);
    if (entry === undefined) {
      return undefined;
    }
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** The value, without counting as use. */
  peek(key: K): V | undefined {
    return this.#live(key)?.value;
  }

  /** Whether there is a value. */
  has(key: K): boolean {
    return this.#live(key) !== undefined;
  }

  /** Sets a value; the least recently used one goes if there are too many. */
  set(key: K, value: V): this {
    this.#entries.delete(key);
    this.#entries.set(key, { value, setAt: this.#settings.now() });
    if (this.#entries.size > this.#settings.max) {
      this.#evictOldest();
    }
    return this;
  }

  /** Removes a value, and says whether it was there. */
  delete(key: K): boolean {
    const entry = this.#entries.get(key);
    this.#entries.delete(key);
    return entry !== undefined && !this.#isExpired(entry);
  }

  /** Removes everything. */
  clear(): void {
    this.#entries.clear();
  }

  /** The keys, the most recently used first. */
  keys(): K[] {
    return [...this.#entries.keys()].reverse();
  }

  #live(key: K): Entry<V> | undefined {
    const entry = this.#entries.get(key);
    if (entry !== undefined && this.#isExpired(entry)) {
      this.#entries.delete(key);
      this.#settings.onEvict(key, entry.value, 'expired');
      return undefined;
    }
    return entry;
  }

  #isExpired(entry: Entry<V>): boolean {
    return this.#settings.now() - entry.setAt >= this.#settings.ttl;
  }

  #evictOldest(): void {
    for (const [key, entry] of this.#entries) {
      this.#entries.delete(key);
      this.#settings.onEvict(key, entry.value, 'capacity');
      return;
    }
  }
}
