package dev.packageforge.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A worker's threads, and how they are told to stop. Safe for use by many threads. */
final class Crew {
  private static final Logger LOG = LoggerFactory.getLogger(Crew.class);

  private final List<Thread> threads = new ArrayList<>();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final CountDownLatch ended;

  // Guarded by this.
  private final Set<Thread> atWork = new HashSet<>();
  private boolean handsBack;

  Crew(int size, Runnable task) {
    this.ended = new CountDownLatch(size);
    for (int i = 1; i <= size; i++) {
      Runnable whole =
          () -> {
            try {
              task.run();
            } finally {
              ended.countDown();
            }
          };
      threads.add(new Thread(whole, "forge-worker-" + i));
    }
  }

  void start() {
    threads.forEach(Thread::start);
  }

  int size() {
    return threads.size();
  }

  synchronized int busy() {
    return atWork.size();
  }

  boolean stopping() {
    return stopping.getCount() == 0;
  }

  /** Waits this long, or until the crew is told to stop. */
  void rest(Duration length) throws InterruptedException {
    boolean told = stopping.await(length.toMillis(), TimeUnit.MILLISECONDS);
    LOG.trace("rested {}, told to stop: {}", length, told);
  }

  /** This thread begins to work on something; false if it must not any more. */
  synchronized boolean begin() {
    return !stopping() && atWork.add(Thread.currentThread());
  }

  /** This thread has done with what it worked on. */
  synchronized void end() {
    atWork.remove(Thread.currentThread());
  }

  /** Whoever is not at work stops now, whoever is stops after that. */
  synchronized void stop() {
    if (!stopping()) {
      stopping.countDown();
      threads.stream().filter(thread -> !atWork.contains(thread)).forEach(Thread::interrupt);
    }
  }

  /** Everybody stops now. */
  synchronized void handBack() {
    stop();
    if (!handsBack) {
      handsBack = true;
      atWork.forEach(Thread::interrupt);
    }
  }

  /** Whether work was cut short. */
  synchronized boolean handsBack() {
    return handsBack;
  }

  /** Whether all have ended, after this time at the latest. */
  boolean awaitEnd(Duration patience) throws InterruptedException {
    return ended.await(patience.toMillis(), TimeUnit.MILLISECONDS);
  }
}
