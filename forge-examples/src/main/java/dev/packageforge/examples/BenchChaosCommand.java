package dev.packageforge.examples;

import dev.packageforge.examples.chaos.ChaosHarness;
import dev.packageforge.examples.chaos.ChaosOptions;
import dev.packageforge.examples.chaos.ChaosReport;
import dev.packageforge.examples.chaos.Recovery;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Breaks everything while packages are made, and says whether anything was lost or done twice. */
@Command(
    name = "chaos",
    description =
        "Kills workers and Redis, loses answers and stalls the network while packages are made;"
            + " fails if anything was lost, done twice or done unasked.")
final class BenchChaosCommand implements Callable<Integer> {
  private static final Pattern TIME = Pattern.compile("([0-9]{1,6})(ms|s|m)");

  private final ForgeCommand forge;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "10000",
      description = "how many packages are asked for (default: ${DEFAULT-VALUE})")
  int runs;

  @Option(
      names = "--workers",
      paramLabel = "N",
      defaultValue = "3",
      description = "processes that work (default: ${DEFAULT-VALUE})")
  int workers;

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      defaultValue = "4",
      description = "runs a worker works on at a time (default: ${DEFAULT-VALUE})")
  int concurrency;

  @Option(names = "--seed", paramLabel = "N", description = "decides what goes wrong where")
  @Nullable Long seed;

  @Option(
      names = "--kill-worker-every",
      paramLabel = "TIME",
      defaultValue = "2s",
      description = "at most so long until the next one; 0s for never (default: ${DEFAULT-VALUE})")
  String killWorkerEvery = "";

  @Option(
      names = "--kill-redis-every",
      paramLabel = "TIME",
      defaultValue = "10s",
      description = "at most so long until the next time; 0s for never (default: ${DEFAULT-VALUE})")
  String killRedisEvery = "";

  @Option(
      names = "--faults",
      paramLabel = "on|off",
      defaultValue = "on",
      description = "whether network, model and registry misbehave (default: ${DEFAULT-VALUE})")
  String faults = "";

  @Option(
      names = "--recovery",
      description = "break one thing at a time instead, and measure how soon work goes on")
  boolean recovery;

  @Option(names = "--json", description = "one JSON object")
  boolean json;

  BenchChaosCommand(ForgeCommand forge) {
    this.forge = forge;
  }

  @Override
  public Integer call() throws InterruptedException {
    return (recovery ? recover() : breakEverything()).code();
  }

  private Exit breakEverything() throws InterruptedException {
    ChaosOptions.Load load;
    try {
      load = new ChaosOptions.Load(runs, workers, concurrency);
    } catch (IllegalArgumentException e) {
      throw misused("What was asked for is out of bounds: " + e.getMessage() + ".");
    }
    ChaosOptions.Rough rough =
        new ChaosOptions.Rough(
            seed == null ? new SecureRandom().nextInt(1_000_000) : seed,
            time("--kill-worker-every", killWorkerEvery),
            time("--kill-redis-every", killRedisEvery),
            isOn(faults));
    Path folder = emptyFolder();
    ChaosReport report;
    try {
      report = ChaosHarness.run(new ChaosOptions(load, rough, folder), this::aside);
    } catch (UncheckedIOException e) {
      throw notReady(e);
    }
    tell(report);
    return leave(folder, report.held());
  }

  private Exit recover() throws InterruptedException {
    Path folder = emptyFolder();
    List<Recovery.Measure> measures;
    try {
      measures = Recovery.measure(folder, this::aside);
    } catch (UncheckedIOException e) {
      throw notReady(e);
    }
    for (Recovery.Measure measure : measures) {
      if (json) {
        new JsonLines(forge.around().streams().out())
            .line(
                JsonLines.type("recovery")
                    .with("what", measure.what().strip())
                    .with("measured", measure.measured())
                    .with("goal", measure.goal())
                    .with("held", measure.held()));
      } else {
        forge
            .around()
            .streams()
            .out()
            .printf(
                "%-50s %10s   %-10s %s%n",
                measure.what(),
                measure.measured(),
                measure.goal(),
                measure.held() ? "" : "NOT REACHED");
      }
    }
    return leave(folder, measures.stream().allMatch(Recovery.Measure::held));
  }

  private static CommandException notReady(UncheckedIOException e) {
    return new CommandException(
        Exit.NOT_READY,
        "The harness cannot run here: " + e.getMessage() + ".",
        "See that redis-server 6.2 or newer is on the PATH, and the disk has room.",
        e);
  }

  private Exit leave(Path folder, boolean held) {
    if (held) {
      remove(folder);
      return Exit.DONE;
    }
    aside("The logs of workers and server are in " + folder);
    return Exit.FAILED;
  }

  private void tell(ChaosReport report) {
    if (json) {
      JsonLines.Fields counts = new JsonLines.Fields();
      report.counts().forEach((what, count) -> counts.with(what.strip(), count));
      new JsonLines(forge.around().streams().out())
          .line(
              JsonLines.type("chaos")
                  .with("seed", report.seed())
                  .with("counts", counts)
                  .with("violations", report.violations()));
    } else {
      report.lines().forEach(forge.around().streams().out()::println);
    }
  }

  private void aside(String line) {
    forge.around().streams().err().println(line);
  }

  private static Duration time(String option, String text) {
    Matcher time = TIME.matcher(text.toLowerCase(Locale.ROOT));
    if (!time.matches()) {
      throw misused(option + " is " + text + ", which is no time.");
    }
    long count = Long.parseLong(time.group(1));
    return switch (time.group(2)) {
      case "ms" -> Duration.ofMillis(count);
      case "m" -> Duration.ofMinutes(count);
      default -> Duration.ofSeconds(count);
    };
  }

  private static boolean isOn(String text) {
    return switch (text) {
      case "on" -> true;
      case "off" -> false;
      default -> throw misused("--faults is " + text + ", which is neither on nor off.");
    };
  }

  private static CommandException misused(String sentence) {
    return new CommandException(
        Exit.USAGE, sentence, "For example: --runs 1000 --kill-worker-every 2s --faults on");
  }

  private static Path emptyFolder() {
    try {
      return Files.createTempDirectory("forge-chaos");
    } catch (IOException e) {
      throw new CommandException(
          Exit.NOT_READY,
          "No temporary folder can be made: " + Words.reason(e) + ".",
          "Free some disk.",
          e);
    }
  }

  private static void remove(Path folder) {
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      // It is in the system's temporary folder and named after what it was for.
      return;
    }
  }
}
