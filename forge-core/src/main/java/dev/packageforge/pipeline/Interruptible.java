package dev.packageforge.pipeline;

import dev.packageforge.Cancellation;
import java.util.concurrent.CancellationException;

/** Calls that know no other way to be stopped than an interrupt. */
final class Interruptible {
  private Interruptible() {}

  /** A call. */
  @FunctionalInterface
  interface Call<T> {
    /** Makes it. */
    T run() throws InterruptedException;
  }

  /**
   * Makes a call and interrupts it when it is cancelled.
   *
   * @throws CancellationException if it was cancelled, during the call or at its end
   * @throws InterruptedException if this thread is interrupted by somebody else
   */
  static <T> T call(Cancellation cancellation, Call<T> call) throws InterruptedException {
    cancellation.throwIfCancelled();
    Thread asking = Thread.currentThread();
    T answer;
    Cancellation.Registration stop = cancellation.onCancel(asking::interrupt);
    try {
      answer = call.run();
    } catch (InterruptedException e) {
      if (cancellation.isCancelled()) {
        throw new CancellationException("cancelled during a call");
      }
      throw e;
    } finally {
      stop.close();
    }
    if (cancellation.isCancelled()) {
      Thread.interrupted(); // ours, come too late
      throw new CancellationException("cancelled at the end of a call");
    }
    return answer;
  }
}
