package dev.packageforge.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that stands still until it is told to go on. Safe for use by many threads. */
public final class ManualClock extends Clock {
  private final Time time;
  private final ZoneId zone;

  private ManualClock(Time time, ZoneId zone) {
    this.time = time;
    this.zone = zone;
  }

  /** A clock that shows this instant, in UTC. */
  public static ManualClock startingAt(Instant start) {
    return new ManualClock(new Time(start), ZoneOffset.UTC);
  }

  /**
   * Goes on.
   *
   * @param by zero or more
   */
  public void advance(Duration by) {
    if (by.isNegative()) {
      throw new IllegalArgumentException("time does not go back, was " + by);
    }
    time.advance(by);
  }

  @Override
  public Instant instant() {
    return time.now();
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  /** The same clock, read in another zone: advancing one advances both. */
  @Override
  public Clock withZone(ZoneId other) {
    return new ManualClock(time, other);
  }

  private static final class Time {
    private Instant now;

    Time(Instant now) {
      this.now = now;
    }

    synchronized Instant now() {
      return now;
    }

    synchronized void advance(Duration by) {
      now = now.plus(by);
    }
  }
}
