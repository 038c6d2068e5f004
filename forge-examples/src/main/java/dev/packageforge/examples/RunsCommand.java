package dev.packageforge.examples;

import dev.packageforge.Run;
import dev.packageforge.Text;
import dev.packageforge.queue.WorkerPresence;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists the newest runs. */
@Command(name = "runs", description = "Lists the newest runs, and who works on them.")
final class RunsCommand implements Callable<Integer> {
  private static final int MOST = 1_000;
  private static final int PROMPT_SHOWN = 40;
  private static final String ROW = "%-9s  %-17s  %6s  %8s  %8s  %s";

  private final ForgeCommand forge;

  @Option(names = "--limit", paramLabel = "N", defaultValue = "20", description = "how many")
  int limit;

  @Option(names = "--json", description = "one JSON object a line: first workers, then runs")
  boolean json;

  RunsCommand(ForgeCommand forge) {
    this.forge = forge;
  }

  @Override
  public Integer call() {
    if (limit < 1 || limit > MOST) {
      throw new CommandException(
          Exit.USAGE,
          "--limit is " + limit + ", which is not a whole number from 1 to " + MOST + ".",
          "Say how many runs to list, for example --limit 50.");
    }
    Settings settings = forge.settings();
    try (Shelf shelf = forge.openToAsk(settings)) {
      List<WorkerPresence> workers = shelf.roster().workers();
      List<Run> runs = shelf.runs().newest(limit);
      if (json) {
        JsonLines lines = new JsonLines(forge.around().streams().out());
        workers.forEach(worker -> lines.line(RunRecord.worker(worker)));
        runs.forEach(run -> lines.line(RunRecord.summary(run)));
      } else {
        table(workers, runs).forEach(forge.around().streams()::line);
      }
    }
    return Exit.DONE.code();
  }

  private List<String> table(List<WorkerPresence> workers, List<Run> runs) {
    List<String> lines = new ArrayList<>();
    workers.forEach(worker -> lines.add(worker(worker)));
    if (runs.isEmpty()) {
      lines.add(
          "No runs yet. Here each one is listed once it is begun: "
              + forge.around().command()
              + " new \"a slug maker\"");
      return lines;
    }
    lines.add(String.format(ROW, "run", "state", "age", "attempts", "cost", "package"));
    Instant now = forge.around().clock().instant();
    for (Run run : runs) {
      lines.add(
          String.format(
              ROW,
              RunFinder.shortened(run.id()),
              run.state().label(),
              Words.age(Duration.between(run.createdAt(), now)),
              run.work().attempts().size() + " of " + run.request().maxAttempts(),
              Words.cost(run.spending().microDollars()),
              subject(run)));
    }
    return lines;
  }

  /** What it is called, or what was asked for. */
  private static String subject(Run run) {
    return run.artifact()
        .map(artifact -> Text.visible(artifact.id().toString()))
        .or(() -> run.plan().map(plan -> Text.visible(plan.name())))
        .orElseGet(
            () ->
                '"'
                    + Text.visible(
                        run.request().prompt().lines().findFirst().orElse(""), PROMPT_SHOWN)
                    + '"');
  }

  /** A worker in a line: the word first, then what else is known. */
  static String worker(WorkerPresence worker) {
    String seen = ", last seen " + Words.age(worker.age()) + " ago";
    return worker.state()
        + " worker "
        + Text.visible(worker.report().name(), PROMPT_SHOWN)
        + ", busy with "
        + worker.report().busy()
        + " of "
        + worker.report().capacity()
        + (worker.state() == WorkerPresence.State.ONLINE ? "" : seen);
  }
}
