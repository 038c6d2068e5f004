package dev.packageforge.examples;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What was said on the command line of how a run is carried to its end. */
final class WishOptions {
  @Option(names = "--yes", description = "approve what passes its tests, without being asked")
  boolean yes;

  @Option(
      names = "--dry-run",
      description = "do everything but the last request; nothing is published")
  boolean dryRun;

  @Option(names = "--json", description = "print events, one JSON object a line")
  boolean json;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "write the sources there as well; must be empty or not exist")
  @Nullable String out;

  /**
   * The folder for the sources, if there should be one.
   *
   * @throws CommandException if it cannot be used
   */
  @Nullable Path folder(Surroundings around) {
    return out == null ? null : OutFolder.of(around, "--out", out);
  }

  /** What was said, with the folder for the sources as it was found. */
  Errand.Wishes wishes(@Nullable Path folder, Tape tape) {
    return new Errand.Wishes(yes, Manner.of(dryRun), json, folder, tape);
  }
}
