package dev.packageforge.examples;

import dev.packageforge.queue.StoredEvent;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Shows a run's events, from a thread of its own, until it is closed and all have been shown. */
final class Watch implements AutoCloseable {
  private static final int BATCH = 500;
  private static final Duration BEAT = Duration.ofMillis(100);

  /** Where events come from; the shape of {@code Forge.events} for one run. */
  @FunctionalInterface
  interface Source {
    List<StoredEvent> events(long after, int limit, Duration patience) throws InterruptedException;
  }

  private final Source source;
  private final RunView view;
  private final Thread thread;
  private volatile boolean closing;
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
        boolean last = closing;
        List<StoredEvent> events = source.events(cursor, BATCH, last ? Duration.ZERO : BEAT);
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

  /** Shows what is left, and waits for that unless this thread is interrupted. */
  @Override
  public void close() {
    closing = true;
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
