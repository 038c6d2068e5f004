package dev.packageforge.examples;

import dev.packageforge.queue.QueueException;
import dev.packageforge.queue.StoredEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Shows a run's events, from a thread of its own, until it is closed and all have been shown. */
final class Watch implements AutoCloseable {
  private static final int BATCH = 500;
  private static final Duration BEAT = Duration.ofMillis(100);
  private static final Duration REST = Duration.ofMillis(500);

  /** Where events come from; the shape of {@code Forge.events} for one run. */
  @FunctionalInterface
  interface Source {
    List<StoredEvent> events(long after, int limit, Duration patience) throws InterruptedException;
  }

  private final Source source;
  private final RunView view;
  private final Thread thread;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile long cursor;
  private volatile @Nullable RuntimeException accident;

  /**
   * Begins to show events.
   *
   * @param after the cursor of the last event that was shown before
   */
  Watch(Source source, RunView view, long after) {
    this.source = source;
    this.view = view;
    this.cursor = after;
    this.thread = new Thread(this::run, "watch");
    thread.setDaemon(true);
    thread.start();
  }

  /** The cursor of the last event shown. */
  long cursor() {
    return cursor;
  }

  private void run() {
    try {
      while (true) {
        boolean last = closing.getCount() == 0;
        List<StoredEvent> events = more(last);
        for (StoredEvent event : events) {
          view.show(event);
          cursor = event.cursor();
        }
        view.tick();
        if (last && events.isEmpty()) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      accident = e;
    }
  }

  /** What a store that does not answer would have told comes later, if it answers again. */
  private List<StoredEvent> more(boolean last) throws InterruptedException {
    try {
      return source.events(cursor, BATCH, last ? Duration.ZERO : BEAT);
    } catch (QueueException e) {
      boolean over = !e.retryable() || e.reason() == QueueException.Reason.DATA_LOST;
      if (last || over || closing.await(REST.toMillis(), TimeUnit.MILLISECONDS)) {
        throw e;
      }
      return List.of();
    }
  }

  /** Shows what is left, and waits for that unless this thread is interrupted. */
  @Override
  public void close() {
    closing.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    view.settle();
    RuntimeException thrown = accident;
    if (thrown != null) {
      throw thrown;
    }
  }
}
