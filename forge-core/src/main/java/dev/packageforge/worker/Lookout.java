package dev.packageforge.worker;

import dev.packageforge.ForgeException;
import dev.packageforge.pipeline.Forge;
import dev.packageforge.pipeline.Task;
import dev.packageforge.queue.QueueException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for work. However many threads a worker has, one of them looks at a time: what wakes one
 * must not make all of them ask. Safe for use by many threads.
 */
final class Lookout {
  private static final Logger LOG = LoggerFactory.getLogger(Lookout.class);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** A quota is not back within seconds, nor does a password mend itself. */
  private static final Duration LONGEST_PAUSE_IF_FULL = Duration.ofMinutes(5);

  private static final Duration ADMISSION_AGAIN = Duration.ofSeconds(15);
  private static final Duration PRUNE_EACH = Duration.ofHours(1);
  private static final int PRUNED_AT_ONCE = 100;

  private final Forge forge;
  private final Settings settings;
  private final Rests rests;
  private final BooleanSupplier stopping;
  private final Lock turn = new ReentrantLock();
  private final Backoff backoff;
  private boolean rejoins;
  private boolean worthALook = true;
  private @Nullable Instant pruneAt;
  private volatile @Nullable Instant wentWellAt;
  private volatile String trouble = "";

  /** What a lookout goes by. */
  record Settings(
      Clock clock,
      Backoff backoff,
      Duration patience,
      Admission admission,
      boolean rejoins,
      Duration forgetAfter) {}

  Lookout(Forge forge, Settings settings, Rests rests, BooleanSupplier stopping) {
    this.forge = forge;
    this.settings = settings;
    this.rests = rests;
    this.stopping = stopping;
    this.backoff = settings.backoff();
    this.rejoins = settings.rejoins();
  }

  /** Waits for the next task. Empty once the worker stops. */
  Optional<Task> next() throws InterruptedException {
    turn.lockInterruptibly();
    try {
      while (!stopping.getAsBoolean()) {
        Optional<Task> task = lookCarefully();
        if (task.isPresent()) {
          return task;
        }
      }
      return Optional.empty();
    } finally {
      turn.unlock();
    }
  }

  /** How looking goes. */
  WorkerStats.Look stats() {
    return new WorkerStats.Look(wentWellAt, trouble);
  }

  private Optional<Task> lookCarefully() throws InterruptedException {
    try {
      return look();
    } catch (ForgeException e) {
      worthALook = true;
      troubled(e.getMessage() + " " + e.remedy(), isLoss(e));
      rests.rest(backoff.next(passesSoon(e) ? LONGEST_PAUSE : LONGEST_PAUSE_IF_FULL));
    } catch (RuntimeException | StackOverflowError | LinkageError e) {
      worthALook = true;
      LOG.error("a fault of Package Forge while it looked for work", e);
      troubled("A fault of Package Forge: " + e.getClass().getSimpleName(), false);
      rests.rest(backoff.next(LONGEST_PAUSE));
    }
    return Optional.empty();
  }

  private Optional<Task> look() throws InterruptedException {
    Optional<String> refusal = settings.admission().refusal();
    if (refusal.isPresent()) {
      troubled(refusal.get(), false);
      rests.rest(ADMISSION_AGAIN);
      return Optional.empty();
    }
    rejoin();
    prune();
    if (worthALook) {
      Optional<Task> task = forge.take();
      wentWell();
      if (task.isPresent()) {
        // Waiting costs nothing while there may be more, and the end of this job may tell that
        // there
        // is not.
        worthALook = false;
        return task;
      }
    }
    worthALook = forge.await(settings.patience());
    wentWell();
    return Optional.empty();
  }

  private void rejoin() {
    if (rejoins) {
      int back = forge.rejoin();
      rejoins = false;
      if (back > 0) {
        LOG.info("{} jobs of a process that died were given back", back);
      }
    }
  }

  private void prune() {
    Instant now = settings.clock().instant();
    Instant due = pruneAt;
    if (settings.forgetAfter().isZero() || (due != null && now.isBefore(due))) {
      return;
    }
    pruneAt = now.plus(PRUNE_EACH); // also if this fails: forgetting must not keep work waiting
    int forgotten = forge.prune(settings.forgetAfter(), PRUNED_AT_ONCE);
    if (forgotten > 0) {
      LOG.info("{} runs that ended long ago were forgotten", forgotten);
    }
    if (forgotten == PRUNED_AT_ONCE) {
      pruneAt = now;
    }
  }

  private void wentWell() {
    if (!trouble.isEmpty()) {
      LOG.info("work can be taken again");
      trouble = "";
    }
    wentWellAt = settings.clock().instant();
    backoff.reset();
  }

  private void troubled(String why, boolean always) {
    if (always || trouble.isEmpty()) {
      LOG.warn("no work can be taken: {}", why);
    }
    trouble = why;
  }

  /** Each loss is news. */
  private static boolean isLoss(ForgeException e) {
    return e instanceof QueueException accident
        && accident.reason() == QueueException.Reason.DATA_LOST;
  }

  private static boolean passesSoon(ForgeException e) {
    boolean full =
        e instanceof QueueException accident && accident.reason() == QueueException.Reason.FULL;
    return e.retryable() && !full;
  }
}
