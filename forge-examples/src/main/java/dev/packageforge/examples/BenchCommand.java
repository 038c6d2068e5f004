package dev.packageforge.examples;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Measures. */
@Command(name = "bench", description = "Measures this machine and this version.")
final class BenchCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    throw new CommandException(
        Exit.USAGE,
        "It was not said what to measure.",
        "Say: forge bench demo, forge bench queue, forge bench chaos, forge bench publish, or"
            + " forge bench sandbox");
  }
}
