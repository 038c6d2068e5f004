package dev.packageforge.examples.chaos;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Does something terrible again and again, until it is told to stop. */
final class Killer {
  private final CountDownLatch stop = new CountDownLatch(1);
  private final AtomicInteger done = new AtomicInteger();
  private final AtomicReference<Throwable> fault = new AtomicReference<>();
  private final Thread thread;

  /** What is terrible. */
  @FunctionalInterface
  interface Deed {
    void now(SplittableRandom luck) throws InterruptedException;
  }

  /**
   * Begins.
   *
   * @param longest until the next deed, which comes after half of that or more; zero for never
   */
  Killer(String name, Duration longest, long seed, Deed deed) {
    this.thread = new Thread(() -> act(longest, seed, deed), "chaos-" + name);
    thread.setDaemon(true);
    if (!longest.isZero()) {
      thread.start();
    }
  }

  private void act(Duration longest, long seed, Deed deed) {
    SplittableRandom luck = new SplittableRandom(seed);
    long half = Math.max(1, longest.toMillis() / 2);
    try {
      while (!stop.await(half + luck.nextLong(half), TimeUnit.MILLISECONDS)) {
        deed.now(luck);
        done.incrementAndGet();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      fault.set(e);
    }
  }

  int done() {
    return done.get();
  }

  /** Waits until the deed in hand is done, and does no other. */
  void stop() throws InterruptedException {
    stop.countDown();
    thread.join();
    if (fault.get() instanceof RuntimeException thrown) {
      throw thrown;
    }
  }
}
