package dev.packageforge.worker;

import dev.packageforge.queue.WorkerReport;
import dev.packageforge.queue.WorkerRoster;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says that a worker lives, from a thread of its own, so that no work delays it. Safe for use by
 * many threads.
 */
final class Heartbeat {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final Duration LAST_BEAT_WITHIN = Duration.ofSeconds(1);

  private final WorkerRoster roster;
  private final Supplier<WorkerReport> report;
  private final Backoff backoff;
  private final CountDownLatch over = new CountDownLatch(1);
  private final Thread thread;
  private boolean troubled;

  Heartbeat(WorkerRoster roster, Supplier<WorkerReport> report, Backoff backoff) {
    this.roster = roster;
    this.report = report;
    this.backoff = backoff;
    this.thread = new Thread(this::beat, "forge-heartbeat");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void beat() {
    while (over.getCount() > 0) {
      try {
        Duration next = roster.beat(report.get());
        troubled = false;
        backoff.reset();
        roster.awaitLook(next);
      } catch (InterruptedException stopped) {
        // Only the end is a reason to stop; the loop looks.
        LOG.debug("interrupted", stopped);
      } catch (RuntimeException e) {
        if (!troubled) {
          LOG.warn("nobody can be told that this worker lives: {}", e.toString());
        }
        troubled = true;
        rest();
      }
    }
  }

  private void rest() {
    try {
      boolean ended = over.await(backoff.next(LONGEST_PAUSE).toMillis(), TimeUnit.MILLISECONDS);
      LOG.trace("rested, ended: {}", ended);
    } catch (InterruptedException stopped) {
      LOG.debug("interrupted", stopped);
    }
  }

  /** Beats no more, and says that this worker has gone; once. */
  void leave() {
    synchronized (over) {
      if (over.getCount() == 0) {
        return;
      }
      over.countDown();
    }
    thread.interrupt();
    try {
      thread.join(LAST_BEAT_WITHIN.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      roster.leave(report.get().id());
    } catch (RuntimeException e) {
      LOG.debug("nobody could be told that this worker has gone", e);
    }
  }
}
