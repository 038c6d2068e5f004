package dev.packageforge.redis;

import java.time.Duration;

/**
 * By when something must be over.
 *
 * @param nanos on the clock of {@link System#nanoTime}
 */
record Deadline(long nanos) {
  /** A length of time from now. */
  static Deadline in(Duration length) {
    return new Deadline(System.nanoTime() + length.toNanos());
  }

  /** Whether it is over. */
  boolean passed() {
    return nanos - System.nanoTime() <= 0;
  }

  /** What is left in milliseconds, at least one, since zero means for ever to a socket. */
  int millis() {
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, (nanos - System.nanoTime()) / 1_000_000));
  }

  /** The earlier of this and a length of time from now. */
  Deadline orIn(Duration length) {
    Deadline other = in(length);
    return other.nanos - nanos < 0 ? other : this;
  }
}
