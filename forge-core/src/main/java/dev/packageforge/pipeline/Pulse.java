package dev.packageforge.pipeline;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Does small things again and again while work goes on: renews the lease, sends events. */
@FunctionalInterface
interface Pulse {
  /** Threads at most. */
  int MAX_THREADS = 32;

  /** Runs a task each {@code period} until the beat is closed. The task must not throw. */
  Beat every(Duration period, Runnable task);

  /** Something that goes on. */
  @FunctionalInterface
  interface Beat extends AutoCloseable {
    @Override
    void close();
  }

  /** Never beats: who works must renew by working. */
  static Pulse none() {
    return (period, task) -> () -> {};
  }

  /**
   * Daemon threads, started as beats are: one for each until there are {@value #MAX_THREADS}, so
   * that a slow beat delays no other.
   */
  static Pulse threads() {
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(
            MAX_THREADS,
            task -> {
              Thread thread = new Thread(task, "forge-pulse");
              thread.setDaemon(true);
              return thread;
            });
    executor.setRemoveOnCancelPolicy(true);
    executor.setKeepAliveTime(10, TimeUnit.SECONDS);
    executor.allowCoreThreadTimeOut(true);
    return on(executor);
  }

  private static Pulse on(ScheduledExecutorService executor) {
    return (period, task) -> {
      var beat =
          executor.scheduleWithFixedDelay(
              task, period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
      return () -> beat.cancel(false);
    };
  }
}
