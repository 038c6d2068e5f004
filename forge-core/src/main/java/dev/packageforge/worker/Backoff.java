package dev.packageforge.worker;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to rest after the next failure in a row: anything from nothing to a ceiling that doubles
 * (full jitter), so that many who failed at once do not come back at once. For one thread at a
 * time.
 */
final class Backoff {
  private static final Duration FIRST = Duration.ofMillis(100);
  private static final int DOUBLINGS = 20;

  private final RandomGenerator random;
  private int failures;

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  /** The next rest, at most {@code longest}. */
  Duration next(Duration longest) {
    long ceiling = Math.min(FIRST.toMillis() << Math.min(failures, DOUBLINGS), longest.toMillis());
    failures++;
    return Duration.ofMillis(random.nextLong(ceiling + 1));
  }

  /** It went well. */
  void reset() {
    failures = 0;
  }
}
