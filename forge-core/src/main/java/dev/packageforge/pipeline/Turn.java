package dev.packageforge.pipeline;

import dev.packageforge.RunEvent;
import dev.packageforge.RunId;
import dev.packageforge.queue.RunStore;
import dev.packageforge.queue.StoredEvent;
import java.time.Duration;
import java.util.List;

/**
 * Waits for the turn of somebody who cares for one run only, while its job rests or is in other
 * hands. What is told of the run is heard at once; the job itself is not asked for in vain.
 *
 * <p>For one thread.
 */
final class Turn {
  private static final int MAX_NEWS = 1_000;

  private final RunStore store;
  private final RunId run;
  private final Clocks clocks;
  private long seen;
  private boolean moved;

  Turn(RunStore store, RunId run, Clocks clocks) {
    this.store = store;
    this.run = run;
    this.clocks = clocks;
  }

  /** Whether what was told while waiting says that the run needed no worker for a time. */
  boolean othersMovedOn() {
    return moved;
  }

  /** Waits this long, or until it is told that the run needs no worker. */
  void await(Duration rest) throws InterruptedException {
    moved = false;
    Clocks.Moment begun = clocks.now();
    Duration left = rest;
    while (!left.isNegative() && !left.isZero()) {
      List<StoredEvent> news = store.events(run, seen, MAX_NEWS, left);
      for (StoredEvent event : news) {
        seen = event.cursor();
        if (event.event() instanceof RunEvent.State told) {
          moved |= !told.state().needsWorker();
        }
      }
      if (moved && news.size() < MAX_NEWS) {
        return;
      }
      left = rest.minus(clocks.since(begun));
    }
  }
}
