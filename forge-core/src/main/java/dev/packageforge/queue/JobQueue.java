package dev.packageforge.queue;

import dev.packageforge.RunId;
import java.time.Duration;
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
   * Takes the next job: the highest priority, then the oldest; jobs whose lease lapsed included.
   *
   * @param worker who asks, for people
   * @param length until the lease lapses
   * @return empty if there is nothing to do
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
   * @throws InterruptedException if this thread is interrupted
   */
  void await(Duration patience) throws InterruptedException;
}
