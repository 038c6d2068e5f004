package dev.packageforge.pipeline;

import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunEvent.FileText;
import dev.packageforge.RunEvent.Log;
import dev.packageforge.Step;
import dev.packageforge.queue.QueueException;
import dev.packageforge.queue.RunStore;
import dev.packageforge.queue.SaveResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects what is only to be watched, text of files and log lines, and appends it in batches; a
 * checkpoint takes along what waits. What cannot be appended by itself is dropped: it is no
 * checkpoint. Safe for use by many threads.
 */
final class EventSink implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventSink.class);

  /** Four times a second looks smooth to who watches; a store may be paid by the command. */
  private static final Duration FLUSH_EACH = Duration.ofMillis(250);

  /** Lines, and characters of files, that do not wait longer: one batch stays a small command. */
  private static final int FLUSH_LINES = 64;

  private static final int FLUSH_TEXT = 8_192;
  private static final int MAX_LINES = 5_000;

  private final RunStore store;
  private final Hold hold;
  private final Pulse pulse;
  private final Pulse.Beat beat;
  private final Object writing = new Object();
  private final List<RunEvent> waiting = new ArrayList<>();
  private int waitingText;
  private int waitingLines;
  private long lines;

  EventSink(RunStore store, Hold hold, Pulse pulse) {
    this.store = store;
    this.hold = hold;
    this.pulse = pulse;
    this.beat = pulse.every(FLUSH_EACH, this::flush);
  }

  /** Something to be watched soon. */
  void add(RunEvent event) {
    if (put(event)) {
      pulse.soon(this::flush); // whoever hears the model out must not wait for the store
    }
  }

  private synchronized boolean put(RunEvent event) {
    if (event instanceof FileText next) {
      waitingText += next.text().length();
    }
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
    return waitingText >= FLUSH_TEXT;
  }

  /** A line some step printed. After 5,000 in an attempt they are counted, not kept. */
  void log(int attempt, Step step, String line) {
    if (keep(attempt, step, line)) {
      flush();
    }
  }

  private synchronized boolean keep(int attempt, Step step, String line) {
    lines++;
    if (lines > MAX_LINES) {
      return false;
    }
    String kept = lines == MAX_LINES ? "(the log is cut here)" : line;
    if (lastWaiting() instanceof Log last && last.attempt() == attempt && last.step() == step) {
      List<String> more = new ArrayList<>(last.lines());
      more.add(kept);
      waiting.set(waiting.size() - 1, new Log(attempt, step, last.first(), more));
    } else {
      waiting.add(new Log(attempt, step, lines, List.of(kept)));
    }
    waitingText += kept.length();
    waitingLines++;
    return waitingLines >= FLUSH_LINES || waitingText >= FLUSH_TEXT;
  }

  /** The next attempt's lines are counted from one again. */
  synchronized void newAttempt() {
    lines = 0;
  }

  /** Appends what waits, now. Who adds meanwhile does not wait for the store. */
  void flush() {
    synchronized (writing) {
      List<RunEvent> batch = take();
      if (batch.isEmpty() || hold.lost()) {
        return;
      }
      try {
        if (!store.append(hold.lease(), batch)) {
          hold.lose();
        }
      } catch (RuntimeException e) {
        // The next checkpoint will say so with consequences.
        LOG.debug("events of {} were dropped", hold.lease().job().run(), e);
      }
    }
  }

  /**
   * Stores the next revision; with it what waits, in front of the events of that moment.
   *
   * @throws QueueException if the store did not answer; what waited waits again
   */
  SaveResult save(Run next, List<RunEvent> events) {
    synchronized (writing) {
      List<RunEvent> batch = take();
      List<RunEvent> all = new ArrayList<>(batch);
      all.addAll(events);
      try {
        return store.save(hold.lease(), next, all);
      } catch (QueueException e) {
        putBack(batch);
        throw e;
      }
    }
  }

  private synchronized List<RunEvent> take() {
    List<RunEvent> batch = List.copyOf(waiting);
    waiting.clear();
    waitingText = 0;
    waitingLines = 0;
    return batch;
  }

  private synchronized void putBack(List<RunEvent> batch) {
    waiting.addAll(0, batch);
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
