package dev.packageforge.npm;

import java.time.Duration;

/**
 * Until when something must be over.
 *
 * @param end as {@link System#nanoTime} tells it
 */
record Deadline(long end) {
  private static final Duration SHORTEST = Duration.ofMillis(1);

  static Deadline in(Duration length) {
    return new Deadline(System.nanoTime() + length.toNanos());
  }

  /** What is left of the time; a moment at least. */
  Duration left() {
    Duration left = Duration.ofNanos(end - System.nanoTime());
    return left.compareTo(SHORTEST) < 0 ? SHORTEST : left;
  }
}
