package dev.packageforge;

import java.util.Locale;

/** A part of an attempt, in the order in which they run. */
public enum Step {
  /** Reads the draft without running any of it. */
  INSPECT,
  /** Fetches the dependencies. */
  INSTALL,
  /** Runs the package's own build, if it has one. */
  BUILD,
  /** Makes the artifact. */
  PACK,
  /** Asks other tools about the artifact, before any of its code runs. */
  LINT,
  /** Runs the package's tests against the installed artifact. */
  TEST,
  /** Loads the installed artifact as a user would. */
  SMOKE,
  /** Runs the examples that users are shown. */
  EXAMPLES;

  /** The name people see: {@code install}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
