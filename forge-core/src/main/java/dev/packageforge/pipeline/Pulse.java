package dev.packageforge.pipeline;

import java.time.Duration;

/** Does small things besides the work: renews the lease, watches the time, sends events. */
interface Pulse {
  /**
   * Runs a task each {@code period} until the beat is closed. The task must not throw; it may wait
   * for the store.
   */
  Beat every(Duration period, Runnable task);

  /**
   * As {@link #every}, for a task that never waits: nor does it wait for tasks that do.
   *
   * <p>The period is counted while the machine is awake.
   */
  Beat watch(Duration period, Runnable task);

  /** Runs a task once, soon. It must not throw; it may wait for the store. */
  void soon(Runnable task);

  /** Something that goes on. */
  @FunctionalInterface
  interface Beat extends AutoCloseable {
    @Override
    void close();
  }

  /** Never beats: who works must renew by working. */
  static Pulse none() {
    return new Pulse() {
      @Override
      public Beat every(Duration period, Runnable task) {
        return () -> {};
      }

      @Override
      public Beat watch(Duration period, Runnable task) {
        return () -> {};
      }

      @Override
      public void soon(Runnable task) {}
    };
  }
}
