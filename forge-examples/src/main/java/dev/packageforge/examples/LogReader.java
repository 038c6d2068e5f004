package dev.packageforge.examples;

import dev.packageforge.Run;
import dev.packageforge.RunEvent;
import dev.packageforge.RunId;
import dev.packageforge.queue.QueueException;
import dev.packageforge.queue.RunStore;
import dev.packageforge.queue.StoredEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Reads a run's events in order, if wanted until the run is over or waits for a person. */
final class LogReader {
  private static final int BATCH = 500;

  /** A look at the run itself, in case the event that tells its end is among those dropped. */
  private static final Duration LOOK = Duration.ofSeconds(30);

  private static final Duration REST = Duration.ofSeconds(1);

  private final RunStore runs;
  private final LogPrinter printer;
  private final CountDownLatch never = new CountDownLatch(1);
  private boolean goesOn;
  private boolean silent;

  LogReader(RunStore runs, LogPrinter printer) {
    this.runs = runs;
    this.printer = printer;
  }

  void read(RunId id, boolean follow) throws InterruptedException {
    boolean sure = false;
    boolean more = true;
    while (more) {
      try {
        // Asked before the events, so that what came before its end is still printed.
        goesOn = (goesOn && sure) || existing(id).state().needsWorker();
        sure = print(id, follow && goesOn ? LOOK : Duration.ZERO);
        more = sure || (follow && goesOn);
        silent = false;
      } catch (QueueException e) {
        if (!follow || !e.retryable() || e.reason() == QueueException.Reason.DATA_LOST) {
          throw e;
        }
        if (!silent) {
          silent = true;
          printer.note("The store does not answer; it is asked again until it does.");
        }
        more = !never.await(REST.toMillis(), TimeUnit.MILLISECONDS);
      }
    }
  }

  private boolean print(RunId id, Duration patience) throws InterruptedException {
    List<StoredEvent> events = runs.events(id, printer.cursor(), BATCH, patience);
    for (StoredEvent event : events) {
      printer.print(event);
      if (event.event() instanceof RunEvent.State told) {
        goesOn = told.state().needsWorker();
      }
    }
    return !events.isEmpty();
  }

  private Run existing(RunId id) {
    return runs.find(id)
        .orElseThrow(
            () ->
                new CommandException(
                    Exit.REFUSED,
                    "Run " + RunFinder.shortened(id) + " is no longer there.",
                    "It was over and has been forgotten, or the store lost it."));
  }
}
