package dev.packageforge.npm;

/**
 * One promise of a manifest that a file exists.
 *
 * @param field where the promise stands: {@code main}, {@code exports["."]["import"]}
 * @param stated the path as it stands there
 * @param kind what the file is for
 */
record EntryPoint(String field, String stated, Kind kind) {
  enum Kind {
    /** Found with extensions tried, as {@code require} does. */
    MAIN,
    /** Exactly this file; one {@code *} stands for any text. */
    EXPORT,
    TYPES,
    BIN
  }

  /** The path below the package's root. */
  String target() {
    int start = 0;
    while (stated.startsWith("./", start)) {
      start += 2;
    }
    return stated.substring(start);
  }
}
