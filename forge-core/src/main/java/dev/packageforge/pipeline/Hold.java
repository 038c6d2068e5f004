package dev.packageforge.pipeline;

import dev.packageforge.Cancellation;
import dev.packageforge.ForgeException;
import dev.packageforge.queue.JobQueue;
import dev.packageforge.queue.Lease;
import dev.packageforge.queue.LeaseState;
import java.time.Duration;

/**
 * A lease being held while work goes on. Renews it on a beat, and stops the work when it is lost or
 * when a person wants the run to stop. Safe for use by many threads.
 */
final class Hold implements AutoCloseable {
  private static final int BEATS_A_LEASE = 3;

  private final JobQueue queue;
  private final Lease lease;
  private final Duration length;
  private final Cancellation cancellation = new Cancellation();
  private final Pulse.Beat beat;
  private volatile boolean lost;
  private volatile boolean unwanted;

  Hold(JobQueue queue, Lease lease, Duration length, Pulse pulse) {
    this.queue = queue;
    this.lease = lease;
    this.length = length;
    this.beat = pulse.every(length.dividedBy(BEATS_A_LEASE), this::renewQuietly);
  }

  Lease lease() {
    return lease;
  }

  /** Handed to every port that does long work. */
  Cancellation cancellation() {
    return cancellation;
  }

  /** Whether a person wants the run to stop. */
  boolean unwanted() {
    return unwanted;
  }

  /** Whether the job is somebody else's. */
  boolean lost() {
    return lost;
  }

  /** A person wants the run to stop. */
  void stop() {
    unwanted = true;
    cancellation.cancel();
  }

  /**
   * Renews now.
   *
   * @throws StaleLeaseException if the job is somebody else's
   */
  void renew() {
    LeaseState state = queue.renew(lease, length);
    if (state == LeaseState.LOST) {
      lose();
      throw new StaleLeaseException();
    }
    if (state == LeaseState.CANCEL_REQUESTED) {
      stop();
    }
  }

  /** Somebody else has the job. */
  void lose() {
    lost = true;
    cancellation.cancel();
  }

  @Override
  public void close() {
    beat.close();
  }

  private void renewQuietly() {
    try {
      renew();
    } catch (ForgeException e) {
      // A lost lease has cancelled the work. A store that does not answer may answer the next beat;
      // until then the lease lapses by the store's own clock, and every write is checked there.
      return;
    }
  }
}
