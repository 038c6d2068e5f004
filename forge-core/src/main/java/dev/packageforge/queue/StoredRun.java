package dev.packageforge.queue;

import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A run, its events, and whether a person wants it to stop. Guarded by the store's lock. */
final class StoredRun {
  static final int MAX_EVENTS = 50_000;

  // Dropping some thousands at a time keeps the cost of an append small.
  static final int DROPPED_AT_ONCE = 5_000;

  private final List<StoredEvent> events = new ArrayList<>();
  private long lastCursor;
  private Run run;
  private boolean cancelRequested;
  private Instant changedAt;

  StoredRun(Run run, Instant now) {
    this.run = run;
    this.changedAt = now;
  }

  Run run() {
    return run;
  }

  boolean isNext(Run next) {
    return next.revision() == run.revision() + 1;
  }

  void become(Run next, Instant now) {
    run = next;
    changedAt = now;
  }

  /** Whether it ended that long ago. */
  boolean endedBefore(Instant time) {
    return run.state().isFinal() && changedAt.isBefore(time);
  }

  Instant changedAt() {
    return changedAt;
  }

  boolean cancelRequested() {
    return cancelRequested;
  }

  /** Whether whoever still holds a lease has nothing more to do or to hear. */
  boolean waitsUndisturbed() {
    return run.state().waitsForPerson() && !cancelRequested;
  }

  void requestCancel() {
    cancelRequested = true;
  }

  void forgetCancelRequest() {
    cancelRequested = false;
  }

  void append(List<RunEvent> more, Instant now) {
    for (RunEvent event : more) {
      if (events.size() == MAX_EVENTS) {
        events.subList(0, DROPPED_AT_ONCE).clear();
      }
      lastCursor++;
      events.add(new StoredEvent(lastCursor, now, event));
    }
  }

  List<StoredEvent> events(long after, int limit) {
    // Cursors have no gaps among those that are kept.
    long dropped = lastCursor - events.size();
    long from = Math.min(Math.max(after - dropped, 0), events.size());
    long to = Math.min(from + limit, events.size());
    return List.copyOf(events.subList((int) from, (int) to));
  }
}
