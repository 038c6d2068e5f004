package dev.packageforge.queue;

/** What came of a write. */
public enum SaveResult {
  /** It is stored. */
  SAVED,
  /** Somebody else was first, or may write now: nothing changed. */
  STALE
}
