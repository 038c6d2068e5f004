package dev.packageforge.queue;

import java.time.Duration;
import java.time.Instant;

/**
 * A worker as others see it.
 *
 * @param report what it said last
 * @param age how long ago that was; by the store's clock
 * @param state whether it lives
 */
public record WorkerPresence(WorkerReport report, Duration age, State state) {
  /** Whether a worker lives. */
  public enum State {
    /** It was heard when it should have been. */
    ONLINE,
    /** It should have been heard again by now. */
    LATE,
    /** It has not been heard for so long that it is taken for gone. */
    OFFLINE
  }

  /**
   * A worker as {@link WorkerRoster#workers} shows it. All times are by the store's clock.
   *
   * @param report what it said then
   * @param at when it was heard last
   * @param next how long after that it said it would be heard again
   * @param lookedSince since when somebody looks
   * @param now the time
   */
  public static WorkerPresence of(
      WorkerReport report, Instant at, Duration next, Instant lookedSince, Instant now) {
    Instant promised = at.plus(next);
    Instant asked = at.isBefore(lookedSince) ? lookedSince : at;
    Instant watched = asked.plus(WorkerRoster.WATCHED_BEAT);
    Duration overdue = Duration.between(promised.isBefore(watched) ? promised : watched, now);
    State state =
        overdue.compareTo(WorkerRoster.OFFLINE_AFTER) > 0
            ? State.OFFLINE
            : overdue.compareTo(WorkerRoster.LATE_AFTER) > 0 ? State.LATE : State.ONLINE;
    return new WorkerPresence(report, Duration.between(at, now), state);
  }
}
