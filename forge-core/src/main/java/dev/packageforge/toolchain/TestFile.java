package dev.packageforge.toolchain;

/**
 * A file that tests the package, as far as reading it tells. A repair may not make it test less.
 *
 * @param path where it is
 * @param tests how many tests it states
 * @param assertions how many comparisons it states
 */
public record TestFile(String path, int tests, int assertions) {
  /** Refuses negative counts. */
  public TestFile {
    if (tests < 0 || assertions < 0) {
      throw new IllegalArgumentException("a count cannot be negative");
    }
  }
}
