package dev.packageforge.npm;

import java.util.List;

/**
 * How many of somebody else's tests a package passed.
 *
 * @param passed tests that passed
 * @param total tests that were to be passed; those that never ran are among them
 * @param failures what went wrong, a sentence each; empty exactly if every test passed
 */
public record AcceptanceReport(int passed, int total, List<String> failures) {
  /** Copies the list, and refuses counts that cannot be. */
  public AcceptanceReport {
    failures = List.copyOf(failures);
    if (passed < 0 || passed > total) {
      throw new IllegalArgumentException(passed + " of " + total + " tests cannot have passed");
    }
    if (failures.isEmpty() != (passed == total && total > 0)) {
      throw new IllegalArgumentException("what failed must be said, and nothing else");
    }
  }

  /** Whether there were tests, and all of them passed. */
  public boolean accepted() {
    return failures.isEmpty();
  }
}
