package dev.packageforge.queue;

import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunId;
import dev.packageforge.Sha512;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps runs, their events, and what they made. A run's record is its checkpoint: it changes only
 * as a whole, from one revision to the next, and only by who may change it: the worker that holds
 * the newest lease ({@link #save}), or a person while no worker holds one ({@link #decide}).
 *
 * <p>Safe for use by many threads and processes.
 */
public interface RunStore {
  /**
   * Accepts a run and enqueues its first job, in one step. A request whose {@code key} was accepted
   * before is the same run.
   *
   * @return the run as stored: this one, or the one that was accepted before
   */
  Run create(Run run, Job job);

  /** The run as of its last checkpoint. */
  Optional<Run> find(RunId id);

  /**
   * The newest runs first.
   *
   * @param limit 1 to 1,000
   */
  List<Run> newest(int limit);

  /**
   * Stores the next revision and appends events, in one step, if the lease is held.
   *
   * @param run its revision must be one above the stored one
   * @return {@link SaveResult#STALE} changed nothing
   */
  SaveResult save(Lease lease, Run run, List<RunEvent> events);

  /**
   * Stores the next revision, appends events and enqueues a job, in one step, if no worker is at
   * work on this run: none holds a lease on a job of it, or the run waits for a person already and
   * nobody has asked that worker to stop. All jobs the run had are withdrawn, and leases on them
   * are lost.
   *
   * @param run its revision must be one above the stored one
   * @param next the work this decision calls for, if any
   * @return {@link SaveResult#STALE} changed nothing: look again
   * @throws IllegalArgumentException if there is or was a job with the id of {@code next}, so that
   *     the work would never be done
   */
  SaveResult decide(Run run, List<RunEvent> events, @Nullable Job next);

  /**
   * Asks whoever holds a lease on a job of this run to stop; {@link JobQueue#renew} tells them, and
   * whoever takes the job over if they die, until the next decision. A worker that has brought the
   * run to where a person must decide renews once more before it lets go, so that no wish is lost.
   *
   * @return whether there was anybody to ask; false once the run waits for a person or is over
   */
  boolean requestCancel(RunId id);

  /**
   * Appends events that are no checkpoint, such as log lines, if the lease is held.
   *
   * @return whether it was held; if not, nothing changed
   */
  boolean append(Lease lease, List<RunEvent> events);

  /**
   * A run's events in order. Waits for one if there is none yet. A store may drop the oldest events
   * of a run that told too many; the cursors then show the gap.
   *
   * @param after the cursor of the last event already seen; 0 for the start
   * @param limit at most this many
   * @param patience how long to wait for the first; zero not to wait
   * @return events whose cursors are above {@code after}; empty if none came
   * @throws InterruptedException if this thread is interrupted
   */
  List<StoredEvent> events(RunId id, long after, int limit, Duration patience)
      throws InterruptedException;

  /** Keeps bytes under their digest. Keeping them again changes nothing. */
  Sha512 keep(byte[] content);

  /** The bytes kept under a digest. */
  Optional<byte[]> fetch(Sha512 digest);

  /**
   * Forgets runs that ended, or that were rejected or cancelled, longer ago than {@code age}, with
   * their events, their jobs' ids, and the bytes that no other run needs. Runs that are not over
   * are never forgotten.
   *
   * @param age by the store's clock
   * @param limit at most this many, the oldest first
   * @return how many were forgotten
   */
  int prune(Duration age, int limit);

  /**
   * Names what this store remembers. Another name than before means that it has lost what it held;
   * whatever notices first, a {@link QueueException} with reason {@code DATA_LOST} says so once, to
   * one caller. Is not asked of the server again and again: other calls notice.
   */
  String epoch();

  /**
   * Puts back a run that this store has lost: one that it does not know, or knows only as of an
   * earlier revision while nobody holds a lease on a job of it. Never overwrites what is newer. The
   * run's jobs are withdrawn first.
   *
   * @param run as it was stored before; its contents must be kept again first
   * @param job the work it needs, if any; with an id of its own
   * @return whether it was put back
   */
  boolean restore(Run run, @Nullable Job job);
}
