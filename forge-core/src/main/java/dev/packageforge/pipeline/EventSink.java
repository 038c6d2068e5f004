package dev.packageforge.pipeline;

import dev.packageforge.RunEvent;
import dev.packageforge.RunEvent.FileText;
import dev.packageforge.RunEvent.Log;
import dev.packageforge.Step;
import dev.packageforge.queue.Lease;
import dev.packageforge.queue.RunStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects what is only to be watched, text of files and log lines, and appends it in batches. What
 * it cannot append it drops: it is no checkpoint. Safe for use by many threads.
 */
final class EventSink implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventSink.class);
  private static final Duration FLUSH_EACH = Duration.ofMillis(50);
  private static final int FLUSH_LINES = 64;
  private static final int MAX_LINES = 5_000;

  private final RunStore store;
  private final Lease lease;
  private final Pulse.Beat beat;
  private final Object appending = new Object();
  private final List<RunEvent> waiting = new ArrayList<>();
  private long lines;

  EventSink(RunStore store, Lease lease, Pulse pulse) {
    this.store = store;
    this.lease = lease;
    this.beat = pulse.every(FLUSH_EACH, this::flush);
  }

  /** Something to be watched soon. */
  synchronized void add(RunEvent event) {
    if (event instanceof FileText next
        && lastWaiting() instanceof FileText last
        && last.path().equals(next.path())
        && last.draft() == next.draft()
        && last.offset() + last.text().length() == next.offset()) {
      waiting.set(
          waiting.size() - 1,
          new FileText(
              last.draft(), last.path(), last.offset(), last.text() + next.text(), next.done()));
    } else {
      waiting.add(event);
    }
  }

  /** A line some step printed. After 5,000 in an attempt they are counted, not kept. */
  void log(int attempt, Step step, String line) {
    if (keep(attempt, step, line) >= FLUSH_LINES) {
      flush();
    }
  }

  private synchronized int keep(int attempt, Step step, String line) {
    lines++;
    if (lines > MAX_LINES) {
      return 0;
    }
    String kept = lines == MAX_LINES ? "(the log is cut here)" : line;
    if (lastWaiting() instanceof Log last && last.attempt() == attempt && last.step() == step) {
      List<String> more = new ArrayList<>(last.lines());
      more.add(kept);
      waiting.set(waiting.size() - 1, new Log(attempt, step, last.first(), more));
    } else {
      waiting.add(new Log(attempt, step, lines, List.of(kept)));
    }
    return lastWaiting() instanceof Log last ? last.lines().size() : 0;
  }

  /** The next attempt's lines are counted from one again. */
  synchronized void newAttempt() {
    lines = 0;
  }

  /** Appends what waits, now. Who adds meanwhile does not wait for the store. */
  void flush() {
    synchronized (appending) {
      List<RunEvent> batch;
      synchronized (this) {
        batch = List.copyOf(waiting);
        waiting.clear();
      }
      if (batch.isEmpty()) {
        return;
      }
      try {
        store.append(lease, batch);
      } catch (RuntimeException e) {
        // The next checkpoint will say so with consequences.
        LOG.debug("events of {} were dropped", lease.job().run(), e);
      }
    }
  }

  @Override
  public void close() {
    beat.close();
    flush();
  }

  private Object lastWaiting() {
    return waiting.isEmpty() ? "" : waiting.get(waiting.size() - 1);
  }
}
