package dev.packageforge.queue;

import java.time.Instant;

/**
 * What a worker says of itself.
 *
 * @param id as told to {@link JobQueue#lease(String, java.time.Duration)}
 * @param name for people
 * @param version of Package Forge
 * @param capacity runs it works on at a time
 * @param busy runs in work now
 * @param startedAt when its process began; by its own clock
 */
public record WorkerReport(
    String id, String name, String version, int capacity, int busy, Instant startedAt) {
  /** Checks. */
  public WorkerReport {
    if (id.isBlank()) {
      throw new IllegalArgumentException("a worker needs an id");
    }
    if (capacity < 1 || busy < 0 || busy > capacity) {
      throw new IllegalArgumentException(
          "busy must be 0 to capacity, was " + busy + " of " + capacity);
    }
  }
}
