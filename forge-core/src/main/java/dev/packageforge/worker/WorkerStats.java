package dev.packageforge.worker;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a worker fares, at one moment.
 *
 * @param jobs what became of those it took
 * @param busy runs in work now
 * @param capacity runs it works on at a time
 * @param look how looking for work goes
 */
public record WorkerStats(Jobs jobs, int busy, int capacity, Look look) {
  /**
   * What became of jobs, counted since the worker began.
   *
   * @param taken all of them
   * @param done those whose run came to its end, or to where a person decides
   * @param givenBack those that rest, or that were in work when the worker stopped
   * @param lost those that became somebody else's, or that a fault or a silent store cut short
   */
  public record Jobs(long taken, long done, long givenBack, long lost) {}

  /**
   * How looking for work goes. A worker is well if it could take work, not if it merely runs.
   *
   * @param wentWellAt when the store last answered; null if it never did
   * @param trouble why no work can be taken now, as a sentence; empty if it can
   */
  public record Look(@Nullable Instant wentWellAt, String trouble) {}

  /** Whether this worker can take work, or is busy with all it can do. */
  public boolean well() {
    return look.trouble().isEmpty() && look.wentWellAt() != null;
  }
}
