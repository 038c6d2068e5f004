package dev.packageforge.llm;

import dev.packageforge.Cancellation;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits between two pieces of a recording. */
@FunctionalInterface
interface Pause {
  /** Waits in real time. */
  Pause REAL =
      (time, cancellation) -> {
        CountDownLatch cancelled = new CountDownLatch(1);
        Cancellation.Registration registration = cancellation.onCancel(cancelled::countDown);
        try {
          if (cancelled.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
            cancellation.throwIfCancelled();
          }
        } finally {
          registration.close();
        }
      };

  /**
   * Waits that long.
   *
   * @throws java.util.concurrent.CancellationException as soon as it is cancelled
   * @throws InterruptedException as soon as this thread is interrupted
   */
  void await(Duration time, Cancellation cancellation) throws InterruptedException;
}
