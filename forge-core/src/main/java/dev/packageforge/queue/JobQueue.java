package dev.packageforge.queue;

import dev.packageforge.RunId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Hands out work so that a killed worker's job goes to another one, and a stale worker changes
 * nothing. Delivery is at least once; the store's clock alone decides what has expired.
 *
 * <p>Safe for use by many threads and processes.
 */
public interface JobQueue {
  /**
   * Adds a job, unless there is or was one with its id.
   *
   * @return whether it was added
   * @throws QueueException if the queue did not answer; asking again with the same id is safe
   */
  boolean enqueue(Job job);

  /**
   * Adds many jobs, in order; as {@link #enqueue} for each, and quicker where a store is far away.
   *
   * @return how many of them were added
   * @throws QueueException if the queue did not answer; asking again with the same ids is safe
   */
  default int enqueueAll(List<Job> jobs) {
    int added = 0;
    for (Job job : jobs) {
      added += enqueue(job) ? 1 : 0;
    }
    return added;
  }

  /**
   * Takes the next job: the highest priority, then the oldest; jobs whose lease lapsed included.
   *
   * @param worker who asks, for people
   * @param length until the lease lapses
   * @return empty if there is nothing to do, or the queue is paused
   */
  Optional<Lease> lease(String worker, Duration length);

  /** Takes a job of this run if one can be taken now; for those who work on one run. */
  Optional<Lease> lease(RunId run, String worker, Duration length);

  /**
   * Holds a lease for {@code length} from now.
   *
   * @return what became of it; {@link LeaseState#LOST} changes nothing
   */
  LeaseState renew(Lease lease, Duration length);

  /**
   * The job is done.
   *
   * @return whether the lease was still held; if not, nothing changed
   */
  boolean complete(Lease lease);

  /**
   * The job goes back and can be taken again after a rest. Does not count as a lost delivery.
   *
   * @return whether the lease was still held; if not, nothing changed
   */
  boolean retry(Lease lease, Duration rest);

  /**
   * The job is set apart: it will not be taken again.
   *
   * @param reason for people
   * @return whether the lease was still held; if not, nothing changed
   */
  boolean bury(Lease lease, String reason);

  /**
   * Waits until a job might be there to take, at most {@code patience}. May return early for no
   * reason.
   *
   * @return whether it is worth to look; false if nothing has happened since a look found nothing,
   *     so that another one would find nothing either
   * @throws QueueException if the queue cannot be waited on, or has lost what it held
   * @throws InterruptedException if this thread is interrupted
   */
  boolean await(Duration patience) throws InterruptedException;

  /**
   * Calls {@code news} when a renewal would tell something new: somebody wants the run to stop, or
   * the lease is lost because a person decided. May call for no reason, and from any thread; may
   * miss a call while the store does not answer, so that who listens renews now and then all the
   * same. What is called must not block.
   *
   * @return ends the calls when it is closed
   */
  Listening listen(Lease lease, Runnable news);

  /** Calls that can be ended. */
  @FunctionalInterface
  interface Listening extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Gives back, now, every job that this worker holds, as if their leases had lapsed: each counts
   * as a lost delivery. Only who knows that the process that had this name is dead may say so.
   *
   * @param worker as told to {@link #lease(String, Duration)}
   * @return how many jobs were given back
   */
  int rejoin(String worker);

  /** From now on no job is leased, or again; jobs in work go on. Outlives the process. */
  void pause(boolean paused);

  /** Whether no job is leased. */
  boolean paused();
}
