package dev.packageforge.queue;

import java.time.Duration;
import java.util.List;

/**
 * Who works. A worker is heard when it starts, and every {@link #WATCHED_BEAT} while anybody looks;
 * while nobody does, it is heard now and then, because a store may cost money by the command. Who
 * looks wakes it, so that what is seen is fresh a moment later.
 *
 * <p>Safe for use by many threads and processes.
 */
public interface WorkerRoster {
  /** How often a worker is heard while anybody looks: 5 seconds. */
  Duration WATCHED_BEAT = Duration.ofSeconds(5);

  /** How long after the moment it should have been heard a worker is called late: 7 seconds. */
  Duration LATE_AFTER = Duration.ofSeconds(7);

  /** How long after the moment it should have been heard it is called gone: 15 seconds. */
  Duration OFFLINE_AFTER = Duration.ofSeconds(15);

  /** How long one look counts: 2 minutes. */
  Duration LOOK_COUNTS = Duration.ofMinutes(2);

  /** How often a worker is heard that nobody looks at: 10 minutes. */
  Duration UNWATCHED_BEAT = Duration.ofMinutes(10);

  /**
   * Says that a worker lives.
   *
   * @return when it should say so again
   */
  Duration beat(WorkerReport report);

  /**
   * Waits until it is time for another beat: for {@code patience}, or less if somebody begins to
   * look.
   *
   * @throws InterruptedException if this thread is interrupted
   */
  void awaitLook(Duration patience) throws InterruptedException;

  /** Says that a worker has stopped: it is forgotten. */
  void leave(String worker);

  /**
   * Looks: every worker that was heard within a day and has not left, those heard last first.
   *
   * <p>A worker is due {@link #WATCHED_BEAT} after its last beat if somebody looked at that time or
   * since, counted from that look, and when it said it would be otherwise. It is late {@link
   * #LATE_AFTER} and gone {@link #OFFLINE_AFTER} after it was due.
   */
  List<WorkerPresence> workers();
}
