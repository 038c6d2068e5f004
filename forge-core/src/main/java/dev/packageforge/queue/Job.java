package dev.packageforge.queue;

import dev.packageforge.RunId;
import java.time.Duration;

/**
 * Work on a run that some worker must do.
 *
 * @param id the same id enqueued twice is one job, even after it was done
 * @param run the run
 * @param priority higher goes first; 0 is usual
 * @param delay how long it rests before it can be leased
 */
public record Job(String id, RunId run, int priority, Duration delay) {
  private static final int MAX_PRIORITY = 9;

  /** Checks. */
  public Job {
    if (id.isBlank()) {
      throw new IllegalArgumentException("a job needs an id");
    }
    if (priority < 0 || priority > MAX_PRIORITY) {
      throw new IllegalArgumentException("priority must be 0 to 9, was " + priority);
    }
    if (delay.isNegative()) {
      throw new IllegalArgumentException("a delay cannot be negative, was " + delay);
    }
  }

  /** Work that can begin now; a run has one job of each kind. */
  public static Job of(RunId run, String kind) {
    return new Job(run + "/" + kind, run, 0, Duration.ZERO);
  }
}
