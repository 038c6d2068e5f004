package dev.packageforge.sandbox;

import java.time.Duration;

/** How a command ended. */
public sealed interface ExecResult {
  /** Wall-clock time. */
  Duration took();

  /** Whether it ended by itself with exit code 0. Not a proof that it did what it should. */
  default boolean succeeded() {
    return this instanceof Exited exited && exited.code() == 0;
  }

  /**
   * By itself.
   *
   * @param code 0 to 255; above 128 it was ended by signal {@code code - 128} (POSIX shells)
   * @param took wall-clock time
   */
  record Exited(int code, Duration took) implements ExecResult {}

  /**
   * It took longer than it may.
   *
   * @param took wall-clock time
   */
  record TimedOut(Duration took) implements ExecResult {}

  /**
   * It printed more than it may.
   *
   * @param took wall-clock time
   */
  record OutputCapped(Duration took) implements ExecResult {}

  /**
   * It used more memory than it may.
   *
   * @param took wall-clock time
   */
  record OutOfMemory(Duration took) implements ExecResult {}

  /**
   * It wrote more than it may.
   *
   * @param took wall-clock time
   */
  record DiskFull(Duration took) implements ExecResult {}

  /**
   * It started more processes than it may.
   *
   * @param took wall-clock time
   */
  record TooManyProcesses(Duration took) implements ExecResult {}

  /**
   * Somebody stopped it.
   *
   * @param took wall-clock time
   */
  record Cancelled(Duration took) implements ExecResult {}
}
