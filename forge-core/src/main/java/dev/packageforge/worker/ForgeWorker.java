package dev.packageforge.worker;

import static java.util.Objects.requireNonNull;

import dev.packageforge.ForgeException;
import dev.packageforge.pipeline.Forge;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes jobs and works on them until it is closed. A job that is in work when it closes is
 * interrupted and given back, for this or another worker to go on with from the last checkpoint.
 * Safe for use by many threads.
 */
public final class ForgeWorker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ForgeWorker.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final Forge forge;
  private final Duration patience;
  private final Duration stopWithin;
  private final ExecutorService threads;

  private ForgeWorker(Builder builder) {
    this.forge = builder.forge;
    this.patience = builder.patience;
    this.stopWithin = builder.stopWithin;
    AtomicInteger number = new AtomicInteger();
    this.threads =
        Executors.newFixedThreadPool(
            builder.concurrency,
            task -> new Thread(task, "forge-worker-" + number.incrementAndGet()));
    for (int i = 0; i < builder.concurrency; i++) {
      threads.execute(this::takeJobs);
    }
  }

  /**
   * A worker to be configured.
   *
   * @param forge with every port that work needs
   */
  public static Builder builder(Forge forge) {
    return new Builder(forge);
  }

  private void takeJobs() {
    Duration pause = FIRST_PAUSE;
    while (!threads.isShutdown()) {
      try {
        if (forge.work().isEmpty()) {
          boolean look = forge.await(patience);
          while (!look && !threads.isShutdown()) {
            look = forge.await(patience);
          }
        }
        pause = FIRST_PAUSE;
      } catch (InterruptedException stopped) {
        // Only closing this worker is a reason to stop; the loop looks.
        LOG.debug("interrupted", stopped);
      } catch (ForgeException e) {
        if (pause.equals(FIRST_PAUSE)) {
          LOG.warn("no work can be taken: {} {}", e.getMessage(), e.remedy());
        }
        pause = rest(pause);
      } catch (RuntimeException | StackOverflowError | LinkageError e) {
        LOG.error("a job was dropped by a fault; its lease will lapse", e);
        pause = rest(pause);
      }
    }
  }

  private Duration rest(Duration pause) {
    try {
      // Returns early only when this worker is told to stop.
      if (threads.awaitTermination(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        return pause;
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return pause;
    }
    Duration longer = pause.multipliedBy(2);
    return longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
  }

  /**
   * Takes no more jobs, gives back those in work, and waits for the threads to end, at most as long
   * as was set. If this thread is interrupted, it returns at once and stays interrupted.
   */
  @Override
  public void close() {
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(stopWithin.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("work did not stop within {}; its leases will lapse", stopWithin);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Configures a {@link ForgeWorker}. Not safe for use by many threads. */
  public static final class Builder {
    private final Forge forge;
    private int concurrency = 1;
    private Duration patience = Duration.ofSeconds(60);
    private Duration stopWithin = Duration.ofSeconds(30);

    private Builder(Forge forge) {
      this.forge = requireNonNull(forge);
    }

    /** Runs worked on at a time, 1 to 64. Default: 1. */
    public Builder concurrency(int concurrency) {
      if (concurrency < 1 || concurrency > 64) {
        throw new IllegalArgumentException("concurrency must be 1 to 64, was " + concurrency);
      }
      this.concurrency = concurrency;
      return this;
    }

    /** How long to wait for work before looking again. Default: 60 seconds. */
    public Builder patience(Duration patience) {
      this.patience = positive(patience, "patience");
      return this;
    }

    /** How long {@link ForgeWorker#close} waits for work to stop. Default: 30 seconds. */
    public Builder stopWithin(Duration stopWithin) {
      this.stopWithin = positive(stopWithin, "the time to stop");
      return this;
    }

    /** Begins to take jobs. */
    public ForgeWorker start() {
      return new ForgeWorker(this);
    }

    private static Duration positive(Duration duration, String what) {
      if (duration.isNegative() || duration.isZero()) {
        throw new IllegalArgumentException(what + " must be positive, was " + duration);
      }
      return duration;
    }
  }
}
