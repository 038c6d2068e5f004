package dev.packageforge.examples;

import dev.packageforge.Artifact;
import dev.packageforge.PublishOptions;
import dev.packageforge.Run;
import dev.packageforge.RunRequest;
import dev.packageforge.RunState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes the same package again and again, and says whether it is the same to the byte. */
@Command(
    name = "demo",
    description = "Makes the demo's slug maker N times; fails if two artifacts differ in a byte.")
final class BenchDemoCommand implements Callable<Integer> {
  private static final String PROMPT = "a slug maker";
  private static final int MAX_RUNS = 10_000;

  private final ForgeCommand forge;

  @Option(names = "--runs", paramLabel = "N", defaultValue = "10", description = "how often")
  int runs;

  @Option(names = "--json", description = "one JSON object")
  boolean json;

  /** What one run took, all in all and in commands of the sandbox. */
  private record Lap(Artifact artifact, Duration all, Duration commands) {
    Duration ours() {
      return all.minus(commands);
    }
  }

  BenchDemoCommand(ForgeCommand forge) {
    this.forge = forge;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (runs < 1 || runs > MAX_RUNS) {
      throw new CommandException(
          Exit.USAGE,
          "--runs is " + runs + ", which is not a whole number from 1 to " + MAX_RUNS + ".",
          "Say how often to run, for example --runs 10.");
    }
    Settings settings =
        forge.settings(
            Map.of(Setting.DEMO_PACE, "0", Setting.GEMINI_API_KEY, "", Setting.REGISTRY, "folder"));
    forge.mustBeReady(settings);
    Interrupts interrupts = forge.interrupts();
    interrupts.onFirst(() -> say("Stopping after this run… (once more to stop at once)"));
    List<Lap> laps = new ArrayList<>();
    while (laps.size() < runs && !interrupts.arrived()) {
      laps.add(lap(settings));
    }
    report(laps);
    if (interrupts.arrived()) {
      return Exit.INTERRUPTED.code();
    }
    return (digests(laps).size() == 1 ? Exit.DONE : Exit.FAILED).code();
  }

  private Lap lap(Settings settings) throws InterruptedException {
    AtomicLong commands = new AtomicLong();
    Path registry = emptyFolder(settings.data());
    long start = System.nanoTime();
    try (Shelf shelf = Shelf.inMemory(forge.around().clock());
        Workshop workshop =
            forge.workshop(
                settings,
                shelf,
                registry,
                Workshop.Wraps.NONE.sandbox(sandbox -> new MeasuredSandbox(sandbox, commands)))) {
      Run run = workshop.forge().submit(RunRequest.of(PROMPT));
      run = workshop.forge().drive(run.id());
      if (run.state() == RunState.AWAITING_APPROVAL) {
        workshop.forge().approve(run.id(), settings.approver(), PublishOptions.publish());
        run = workshop.forge().drive(run.id());
      }
      Duration all = Duration.ofNanos(System.nanoTime() - start);
      if (run.state() != RunState.PUBLISHED) {
        throw new CommandException(
            Exit.FAILED,
            "A run of the bench ended " + run.state().label() + ".",
            "Look at it with: " + forge.around().command() + " new \"" + PROMPT + "\"");
      }
      return new Lap(run.artifact().orElseThrow(), all, Duration.ofNanos(commands.get()));
    } finally {
      remove(registry);
    }
  }

  private void report(List<Lap> laps) {
    if (laps.isEmpty()) {
      return;
    }
    List<Duration> all = laps.stream().map(Lap::all).sorted().toList();
    List<Duration> ours = laps.stream().map(Lap::ours).sorted().toList();
    Duration total = all.stream().reduce(Duration.ZERO, Duration::plus);
    SortedSet<String> digests = digests(laps);
    if (json) {
      new JsonLines(forge.around().streams().out())
          .line(
              JsonLines.type("bench")
                  .with("runs", laps.size())
                  .with("digests", digests)
                  .with("totalMs", total.toMillis())
                  .with("medianMs", median(all).toMillis())
                  .with("medianOursMs", median(ours).toMillis())
                  .with("maxOursMs", ours.get(ours.size() - 1).toMillis()));
      return;
    }
    say("runs              " + laps.size());
    say("distinct digests  " + digests.size());
    digests.forEach(digest -> say("                  " + digest));
    say("total             " + Words.time(total));
    say("median            " + Words.time(median(all)));
    say("  of that, ours   " + Words.time(median(ours)) + " (outside child processes)");
    say("  ours at most    " + Words.time(ours.get(ours.size() - 1)));
    say(Words.DEMO);
  }

  private void say(String line) {
    Surroundings.Streams streams = forge.around().streams();
    (json ? streams.err() : streams.out()).println(line);
  }

  private static SortedSet<String> digests(List<Lap> laps) {
    SortedSet<String> digests = new TreeSet<>();
    laps.forEach(lap -> digests.add(lap.artifact().digest().integrity()));
    return digests;
  }

  private static Duration median(List<Duration> sorted) {
    return sorted.get(sorted.size() / 2);
  }

  private static Path emptyFolder(Path data) {
    try {
      return Files.createTempDirectory(data, "bench");
    } catch (IOException e) {
      throw new CommandException(
          Exit.NOT_READY,
          "No folder can be made in " + data + ": " + Words.reason(e) + ".",
          "Free or fix it, or name another folder with " + Setting.DATA.flag() + ".",
          e);
    }
  }

  private static void remove(Path folder) {
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      // It is small, below the data folder and named after what it was for.
      return;
    }
  }
}
