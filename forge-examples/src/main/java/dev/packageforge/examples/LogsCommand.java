package dev.packageforge.examples;

import dev.packageforge.Run;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints what the steps of a run printed. */
@Command(
    name = "logs",
    description = {
      "Prints what the steps of a run printed: attempt, step, line.",
      "With -f, goes on as the run does, wherever it is worked on, until it is over or waits."
    })
final class LogsCommand implements Callable<Integer> {
  private final ForgeCommand forge;

  @Parameters(arity = "0..1", paramLabel = "RUN", description = RunFinder.MEANING)
  @Nullable String run;

  @Option(
      names = {"-f", "--follow"},
      description = "go on until the run is over or waits for a person")
  boolean follow;

  @Option(names = "--json", description = "events of type log, run and gap, one JSON object a line")
  boolean json;

  LogsCommand(ForgeCommand forge) {
    this.forge = forge;
  }

  @Override
  public Integer call() throws InterruptedException {
    Surroundings around = forge.around();
    Settings settings = forge.settings();
    try (Shelf shelf = forge.openToAsk(settings)) {
      Run found = new RunFinder(shelf.runs(), around.command()).find(run);
      LogPrinter printer = new LogPrinter(around.streams(), found.id(), json);
      new LogReader(shelf.runs(), printer).read(found.id(), follow);
    }
    return Exit.DONE.code();
  }
}
