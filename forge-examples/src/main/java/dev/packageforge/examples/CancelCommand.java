package dev.packageforge.examples;

import dev.packageforge.Run;
import dev.packageforge.RunId;
import dev.packageforge.RunState;
import dev.packageforge.queue.StoredEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Stops a run, wherever it is worked on. */
@Command(
    name = "cancel",
    description = {
      "Stops a run, wherever it is worked on; what was made is kept.",
      "From the upload on it is too late."
    })
final class CancelCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int BATCH = 500;

  private final ForgeCommand forge;

  @Parameters(arity = "0..1", paramLabel = "RUN", description = RunFinder.MEANING)
  @Nullable String run;

  CancelCommand(ForgeCommand forge) {
    this.forge = forge;
  }

  @Override
  public Integer call() throws InterruptedException {
    Settings settings = forge.settings();
    String command = forge.around().command();
    try (Shelf shelf = forge.openToAsk(settings)) {
      shelf.giveBackOfTheDead();
      Run found = new RunFinder(shelf.runs(), command).find(run);
      String id = RunFinder.shortened(found.id());
      Run now = forge.counter(shelf).cancel(found.id(), settings.approver());
      if (now.state() != RunState.CANCELLED) {
        now = whenItHeard(shelf, found.id());
      }
      if (now.state() == RunState.CANCELLED) {
        forge.around().streams().line("run " + id + " is cancelled");
        return Exit.DONE.code();
      }
      if (now.state().isFinal()) {
        throw new CommandException(
            Exit.REFUSED,
            "It was too late: run " + id + " is " + now.state().label() + ".",
            "See how it ended: " + command + " show " + id);
      }
      throw new CommandException(
          Exit.OUTSIDE,
          "Whoever works on run " + id + " was asked to stop, and has not answered yet.",
          "It stops when it hears of it, or when somebody else takes it up: "
              + command
              + " show "
              + id);
    }
  }

  /** The run once its worker has stopped, or as it is when that takes too long. */
  private static Run whenItHeard(Shelf shelf, RunId id) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    long cursor = 0;
    while (true) {
      Run now = shelf.runs().find(id).orElseThrow();
      long left = end - System.nanoTime();
      if (!now.state().needsWorker() || left <= 0) {
        return now;
      }
      List<StoredEvent> events = shelf.runs().events(id, cursor, BATCH, Duration.ofNanos(left));
      cursor = events.isEmpty() ? cursor : events.get(events.size() - 1).cursor();
    }
  }
}
