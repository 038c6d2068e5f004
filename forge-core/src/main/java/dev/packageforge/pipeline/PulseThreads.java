package dev.packageforge.pipeline;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Daemon threads, started as beats are: one for each until there are {@value #MAX_THREADS}, so that
 * a slow beat delays no other; and one thread of its own for what never waits. They end when
 * nothing has beaten for a while.
 */
final class PulseThreads implements Pulse {
  private static final int MAX_THREADS = 32;

  private final ScheduledExecutorService waiting = threads(MAX_THREADS, "forge-pulse");
  private final ScheduledExecutorService watching = threads(1, "forge-watch");

  @Override
  public Beat every(Duration period, Runnable task) {
    return beat(waiting, period, task);
  }

  @Override
  public Beat watch(Duration period, Runnable task) {
    return beat(watching, period, task);
  }

  @Override
  public void soon(Runnable task) {
    waiting.execute(task);
  }

  private static Beat beat(ScheduledExecutorService on, Duration period, Runnable task) {
    var beat =
        on.scheduleWithFixedDelay(task, period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
    return () -> beat.cancel(false);
  }

  private static ScheduledExecutorService threads(int count, String name) {
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(
            count,
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            });
    executor.setRemoveOnCancelPolicy(true);
    executor.setKeepAliveTime(10, TimeUnit.SECONDS);
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }
}
