package dev.packageforge.examples;

import dev.packageforge.Secret;
import dev.packageforge.npm.NpmRegistry;
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
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures publishing beside the npm client. */
@Command(
    name = "publish",
    description = {
      "Measures how long a publish takes, with look-up, read-back and download, beside npm publish.",
      "Fetches a Verdaccio with npm and publishes to it, on this machine; fails if a goal is missed.",
      "Takes some 2 minutes, and wants a quiet machine."
    })
final class BenchPublishCommand implements Callable<Integer> {
  private static final int SAMPLES = 15;
  private static final int QUICK_SAMPLES = 5;
  private static final int WARM_UPS = 10;

  private final ForgeCommand forge;

  @Option(names = "--quick", description = "fewer publishes")
  boolean quick;

  @Option(names = "--json", description = "one JSON object")
  boolean json;

  BenchPublishCommand(ForgeCommand forge) {
    this.forge = forge;
  }

  @Override
  public Integer call() throws InterruptedException {
    Programs programs = new Programs(forge.around());
    Programs.Program node = programs.node().orElseThrow(BenchPublishCommand::noNode);
    Programs.Program npm = programs.npm().orElseThrow(BenchPublishCommand::noNode);
    Map<String, String> environment = forge.around().environment();
    try {
      Path folder = Files.createTempDirectory("forge-bench");
      try {
        progress("fetching Verdaccio");
        Path place = Files.createDirectory(folder.resolve("verdaccio"));
        try (BenchVerdaccio verdaccio =
            BenchVerdaccio.start(node.path(), npm.path(), environment, place)) {
          Secret token = verdaccio.token();
          try (NpmRegistry registry =
              NpmRegistry.builder(verdaccio.address()).token(token).build()) {
            List<QueueRow> rows =
                new PublishBench(
                        npm.path(),
                        environment,
                        Files.createDirectory(folder.resolve("packages")),
                        registry,
                        token,
                        quick ? QUICK_SAMPLES : SAMPLES,
                        WARM_UPS,
                        what -> progress("measuring: " + what))
                    .measure();
            report(rows);
            return (rows.stream().anyMatch(QueueRow::missed) ? Exit.FAILED : Exit.DONE).code();
          }
        }
      } finally {
        remove(folder);
      }
    } catch (IOException e) {
      throw new CommandException(
          Exit.NOT_READY,
          "The files of the bench cannot be written: " + Words.reason(e) + ".",
          "Free or fix the system's folder for temporary files.",
          e);
    }
  }

  private void progress(String what) {
    forge.around().streams().err().println(what);
  }

  private static CommandException noNode() {
    return new CommandException(
        Exit.NOT_READY,
        "This bench needs Node and npm, and they are not on the PATH.",
        "Install Node 20 or later.");
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
                .with("npm", row.theirs())
                .with("ratio", row.ratio())
                .with("atLeastTimes", row.goal().times())
                .with("missed", row.missed())
                .map());
      }
      new JsonLines(forge.around().streams().out())
          .line(JsonLines.type("bench").with("bench", "publish").with("figures", figures));
      return;
    }
    say("", "forge", "npm", "ratio", "goal");
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
    forge
        .around()
        .streams()
        .line(
            String.format(Locale.ROOT, "%-40s %10s %10s %8s  %s", what, ours, theirs, ratio, goal)
                .stripTrailing());
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
