package dev.packageforge.examples;

import dev.packageforge.examples.QueueBench.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the queue in Redis, and another one beside it. */
@Command(
    name = "queue",
    description = {
      "Measures the queue in Redis: how fast it is, and how many commands it costs.",
      "Starts servers of its own, without persistence; fails if a goal is missed.",
      "Takes some 5 minutes, 9 with --vs, and wants a quiet machine."
    })
final class BenchQueueCommand implements Callable<Integer> {
  private static final String BULLMQ = "bullmq";

  private final ForgeCommand forge;

  @Option(
      names = "--vs",
      paramLabel = "QUEUE",
      description = "measure another queue beside it, in turn: " + BULLMQ + ", fetched with npm")
  @Nullable String rival;

  @Option(names = "--quick", description = "fewer rounds, and minutes instead of several")
  boolean quick;

  @Option(names = "--json", description = "one JSON object")
  boolean json;

  BenchQueueCommand(ForgeCommand forge) {
    this.forge = forge;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (rival != null && !rival.equals(BULLMQ)) {
      throw new CommandException(
          Exit.USAGE,
          "--vs is \"" + rival + "\", and there is only " + BULLMQ + " to compare with.",
          "Say --vs " + BULLMQ + ", or leave it out.");
    }
    Programs programs = new Programs(forge.around());
    Path redis =
        programs
            .find("redis-server")
            .orElseThrow(
                () ->
                    new CommandException(
                        Exit.NOT_READY,
                        "There is no redis-server on the PATH.",
                        "Install it, for example with: apt install redis-server"));
    Pause pause = new Pause();
    forge
        .interrupts()
        .onFirst(
            () -> {
              forge.around().streams().err().println("Stopping… (once more to stop at once)");
              pause.end();
            });
    Path folder = emptyFolder();
    try {
      QueueBench bench =
          new QueueBench(
              redis,
              folder,
              quick ? Size.QUICK : Size.FULL,
              pause,
              what -> forge.around().streams().err().println("measuring: " + what));
      BullSide.@Nullable Kit kit = rival == null ? null : bullmq(programs, folder);
      List<QueueRow> rows =
          bench.measure(
              server -> new ForgeSide(server, pause),
              kit == null ? null : server -> kit.start(server, pause));
      report(rows);
      return (rows.stream().anyMatch(QueueRow::missed) ? Exit.FAILED : Exit.DONE).code();
    } finally {
      remove(folder);
    }
  }

  private BullSide.Kit bullmq(Programs programs, Path folder) throws InterruptedException {
    Programs.Program node = programs.node().orElseThrow(BenchQueueCommand::noNode);
    Programs.Program npm = programs.npm().orElseThrow(BenchQueueCommand::noNode);
    try {
      Path place = Files.createDirectory(folder.resolve(BULLMQ));
      return BullSide.Kit.fetch(node.path(), npm.path(), forge.around().environment(), place);
    } catch (IOException e) {
      throw noFolder(e);
    }
  }

  private static CommandException noNode() {
    return new CommandException(
        Exit.NOT_READY,
        "BullMQ needs Node and npm, and they are not on the PATH.",
        "Install Node, or leave out --vs " + BULLMQ + ".");
  }

  private void report(List<QueueRow> rows) {
    if (json) {
      List<Map<String, Object>> figures = new ArrayList<>();
      for (QueueRow row : rows) {
        figures.add(
            new JsonLines.Fields()
                .with("what", row.what())
                .with("unit", row.unit().label())
                .with("forge", row.ours())
                .with(BULLMQ, row.theirs())
                .with("ratio", row.ratio())
                .with("atMost", row.goal().most())
                .with("atLeastTimes", row.goal().times())
                .with("missed", row.missed())
                .map());
      }
      new JsonLines(forge.around().streams().out())
          .line(JsonLines.type("bench").with("bench", "queue").with("figures", figures));
      return;
    }
    say("", "forge", rival == null ? "" : BULLMQ, rival == null ? "" : "ratio", "goal");
    for (QueueRow row : rows) {
      Double theirs = row.theirs();
      Double ratio = row.ratio();
      say(
          row.what() + ", " + row.unit().label(),
          row.unit().write(row.ours()),
          theirs == null ? "" : row.unit().write(theirs),
          ratio == null ? "" : String.format(Locale.ROOT, "%.1fx", ratio),
          row.goalInWords());
    }
  }

  private void say(String what, String ours, String theirs, String ratio, String goal) {
    String other = rival == null ? "" : String.format(Locale.ROOT, " %10s %8s", theirs, ratio);
    forge
        .around()
        .streams()
        .line(
            String.format(Locale.ROOT, "%-56s %10s%s  %s", what, ours, other, goal)
                .stripTrailing());
  }

  private static Path emptyFolder() {
    try {
      return Files.createTempDirectory("forge-bench");
    } catch (IOException e) {
      throw noFolder(e);
    }
  }

  private static CommandException noFolder(IOException e) {
    return new CommandException(
        Exit.NOT_READY,
        "No temporary folder can be made: " + Words.reason(e) + ".",
        "Free or fix the system's folder for temporary files.",
        e);
  }

  private static void remove(Path folder) {
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      // It is in the system's folder for what may be deleted, and named after what it was for.
      return;
    }
  }
}
