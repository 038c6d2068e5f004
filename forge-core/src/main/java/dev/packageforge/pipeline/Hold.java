package dev.packageforge.pipeline;

import dev.packageforge.Cancellation;
import dev.packageforge.queue.JobQueue;
import dev.packageforge.queue.Lease;
import dev.packageforge.queue.LeaseState;
import dev.packageforge.queue.QueueException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lease being held while work goes on. It is renewed after a third of its length, and when the
 * store has news of it. The work is stopped when a person wants that, when the lease is lost, and
 * when it would be lost for all we know: a store that cannot be heard, or a machine that slept, is
 * no reason to go on with what may be another worker's by now. Safe for use by many threads.
 */
final class Hold implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Hold.class);
  private static final int RENEWALS_A_LEASE = 3;

  /** This part of the lease is left for clocks that differ and for work that must be stopped. */
  private static final int MARGIN = 10;

  private static final Duration LONGEST_TICK = Duration.ofSeconds(1);

  /** What was heard of a lease within this time need not be asked again. */
  private static final Duration FRESH = Duration.ofSeconds(1);

  private final JobQueue queue;
  private final Lease lease;
  private final Ports.Timing timing;
  private final Duration length;
  private final Duration usable;
  private final Duration usualWait;
  private final Cancellation cancellation = new Cancellation();
  private final AtomicBoolean newsWaits = new AtomicBoolean();
  private final JobQueue.Listening listening;
  private final Pulse.Beat renewing;
  private final Pulse.Beat watching;
  private volatile Clocks.Moment held;
  private volatile Clocks.Moment tried;
  private volatile Duration wait;
  private volatile boolean lost;
  private volatile boolean troubled;

  /**
   * Begins to hold.
   *
   * @param asked the moment before the lease was asked for
   */
  Hold(JobQueue queue, Lease lease, Ports.Timing timing, Clocks.Moment asked) {
    this.queue = queue;
    this.lease = lease;
    this.timing = timing;
    this.length = timing.lengths().lease();
    this.usable = usable(length);
    this.usualWait = jittered(length.dividedBy(RENEWALS_A_LEASE));
    this.held = asked;
    this.tried = asked;
    this.wait = usualWait;
    Duration tenth = length.dividedBy(MARGIN);
    Duration tick = tenth.compareTo(LONGEST_TICK) < 0 ? tenth : LONGEST_TICK;
    this.listening = listen();
    this.watching = timing.pulse().watch(tick, this::lookAtTheTime);
    this.renewing = timing.pulse().every(tick, this::renewIfDue);
  }

  /** The part of a lease in which things may still be begun. */
  static Duration usable(Duration lease) {
    return lease.minus(lease.dividedBy(MARGIN));
  }

  Lease lease() {
    return lease;
  }

  /** Handed to every port that does long work. */
  Cancellation cancellation() {
    return cancellation;
  }

  /** Whether the job is somebody else's, or may be. */
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
   * @throws StaleLeaseException if the job is somebody else's, or may be
   */
  void renew() {
    mustHold();
    Clocks.Moment asked = timing.clocks().now();
    tried = asked;
    wait = fullJitter(usualWait); // until there is an answer
    LeaseState state = queue.renew(lease, length);
    if (state == LeaseState.LOST) {
      lose();
      throw new StaleLeaseException();
    }
    answered(asked);
    mustHold(); // an answer that took that long is none
    wait = usualWait;
    troubled = false;
    if (state == LeaseState.CANCEL_REQUESTED) {
      stop();
    }
  }

  /** Renews, unless that was done a moment ago. */
  void refresh() {
    if (timing.clocks().since(held).compareTo(FRESH) > 0) {
      renew();
    } else {
      mustHold();
    }
  }

  /**
   * Makes sure that something which takes this long at most ends within the lease.
   *
   * @throws QueueException if the store answers too slowly for that
   * @throws StaleLeaseException if the job is somebody else's, or may be
   */
  void guard(Duration effect) {
    mustHold();
    if (timeLeft().compareTo(effect) <= 0) {
      renew();
    }
    if (timeLeft().compareTo(effect) <= 0) {
      throw new QueueException(
          QueueException.Reason.BUSY,
          "The store answers so slowly that an upload could outlast the lease on it.",
          "The run waits for a store that answers.",
          null);
    }
  }

  /**
   * Goes on only as long as nobody else can have the job. Costs no command.
   *
   * @throws StaleLeaseException if the job is somebody else's, or may be
   */
  void mustHold() {
    lookAtTheTime();
    if (lost) {
      throw new StaleLeaseException();
    }
  }

  /** Somebody else has the job. */
  void lose() {
    lost = true;
    cancellation.cancel();
  }

  /** Ends the renewals. What is written last is written before. */
  @Override
  public void close() {
    listening.close();
    watching.close();
    renewing.close();
  }

  /** How long the job is surely still ours. */
  private Duration timeLeft() {
    return usable.minus(timing.clocks().since(held));
  }

  private synchronized void answered(Clocks.Moment asked) {
    // Of two renewals at a time, the one that was asked for last counts.
    if (asked.nanos() - held.nanos() > 0 || asked.wall().isAfter(held.wall())) {
      held = asked;
    }
  }

  private void lookAtTheTime() {
    Duration left = timeLeft();
    if (!lost && (left.isNegative() || left.isZero())) {
      LOG.warn(
          "the lease on {} was not renewed for {}; its work is stopped",
          lease.job().id(),
          timing.clocks().since(held));
      lose();
    }
  }

  private void renewIfDue() {
    if (!lost && timing.clocks().since(tried).compareTo(wait) >= 0) {
      renewQuietly();
    }
  }

  private JobQueue.Listening listen() {
    try {
      return queue.listen(lease, this::hearNews);
    } catch (RuntimeException e) {
      // What there is to hear, a renewal hears a little later.
      LOG.debug("no news of {} can be heard", lease.job().id(), e);
      return () -> {};
    }
  }

  private void hearNews() {
    if (newsWaits.compareAndSet(false, true)) {
      timing
          .pulse()
          .soon(
              () -> {
                newsWaits.set(false);
                renewQuietly();
              });
    }
  }

  private void renewQuietly() {
    try {
      renew();
    } catch (StaleLeaseException e) {
      LOG.debug("the lease on {} was lost", lease.job().id());
    } catch (RuntimeException e) {
      if (!troubled) {
        LOG.warn("the lease on {} could not be renewed: {}", lease.job().id(), e.toString());
      }
      troubled = true;
    }
  }

  private Duration jittered(Duration most) {
    Duration spread = most.dividedBy(RENEWALS_A_LEASE);
    return most.minus(spread).plus(fullJitter(spread));
  }

  private Duration fullJitter(Duration most) {
    return Duration.ofNanos(timing.random().nextLong(most.toNanos() + 1));
  }
}
