package dev.packageforge.examples;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets time pass in a bench, until a person wants an end. */
final class Pause {
  /** Long enough for a worker to be done with a job and to wait for the next one. */
  private static final Duration SETTLED = Duration.ofMillis(10);

  private final CountDownLatch end = new CountDownLatch(1);

  /** From now on every pause is over at once. */
  void end() {
    end.countDown();
  }

  void untilIdle() throws InterruptedException {
    last(SETTLED);
  }

  /**
   * Lasts so long.
   *
   * @throws InterruptedException if a person wants an end
   */
  void last(Duration time) throws InterruptedException {
    if (end.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new InterruptedException("stopped");
    }
  }
}
