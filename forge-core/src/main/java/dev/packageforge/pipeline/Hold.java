package dev.packageforge.pipeline;

import dev.packageforge.Cancellation;
import dev.packageforge.queue.JobQueue;
import dev.packageforge.queue.Lease;
import dev.packageforge.queue.LeaseState;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lease being held while work goes on. Renews it on a beat, and stops the work when it is lost or
 * when a person wants the run to stop. Safe for use by many threads.
 */
final class Hold implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Hold.class);
  private static final int BEATS_A_LEASE = 3;

  /** How long a wish to cancel from another process may stay unheard. */
  private static final Duration CANCEL_HEARD_WITHIN = Duration.ofMillis(900);

  private final JobQueue queue;
  private final Lease lease;
  private final Duration length;
  private final Cancellation cancellation = new Cancellation();
  private final Pulse.Beat beat;
  private volatile boolean lost;
  private volatile boolean troubled;

  Hold(JobQueue queue, Lease lease, Duration length, Pulse pulse) {
    this.queue = queue;
    this.lease = lease;
    this.length = length;
    Duration third = length.dividedBy(BEATS_A_LEASE);
    this.beat =
        pulse.every(
            third.compareTo(CANCEL_HEARD_WITHIN) < 0 ? third : CANCEL_HEARD_WITHIN,
            this::renewQuietly);
  }

  Lease lease() {
    return lease;
  }

  /** Handed to every port that does long work. */
  Cancellation cancellation() {
    return cancellation;
  }

  /** Whether the job is somebody else's. */
  boolean lost() {
    return lost;
  }

  /** A person wants the run to stop. */
  void stop() {
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
    } catch (StaleLeaseException e) {
      LOG.debug("the lease on {} was lost", lease.job().id());
    } catch (RuntimeException e) {
      // The store may answer the next beat; until then the lease lapses by the store's own clock,
      // and
      // every write is checked there.
      if (!troubled) {
        LOG.warn("the lease on {} could not be renewed: {}", lease.job().id(), e.toString());
      }
      troubled = true;
    }
  }
}
