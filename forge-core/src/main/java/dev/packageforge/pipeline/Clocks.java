package dev.packageforge.pipeline;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;

/**
 * Two clocks, for how long ago something was. The one that only counts may stand still while a
 * machine sleeps; the one on the wall may be set back. What must not last too long is as old as the
 * older of the two says.
 *
 * @param wall tells the time
 * @param nanos counts; see {@link System#nanoTime()}
 */
record Clocks(Clock wall, LongSupplier nanos) {
  /** A point in time, by both. */
  record Moment(Instant wall, long nanos) {}

  Moment now() {
    return new Moment(wall.instant(), nanos.getAsLong());
  }

  /** How long ago that was, or longer. */
  Duration since(Moment moment) {
    Duration onTheWall = Duration.between(moment.wall(), wall.instant());
    Duration counted = Duration.ofNanos(nanos.getAsLong() - moment.nanos());
    return onTheWall.compareTo(counted) >= 0 ? onTheWall : counted;
  }
}
