package dev.packageforge.queue;

import java.time.Duration;

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
}
