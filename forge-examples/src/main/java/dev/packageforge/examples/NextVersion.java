package dev.packageforge.examples;

import dev.packageforge.Draft;
import dev.packageforge.FileSet;
import dev.packageforge.Run;
import dev.packageforge.RunId;
import dev.packageforge.RunRequest;
import dev.packageforge.SourceFile;
import dev.packageforge.Text;
import dev.packageforge.pipeline.Forge;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What people are told of a run that makes the next version of a package. */
final class NextVersion {
  private static final int WIDEST = 300;

  private NextVersion() {}

  /** {@code word-tally 1.0.0}: what a run made, as its next version is asked for. */
  static String base(Run run) {
    return run.artifact()
        .map(artifact -> artifact.id().name() + " " + artifact.id().version())
        .orElseThrow();
  }

  /** {@code word-tally 1.0.0}: what a run makes the next version of. */
  static String base(RunRequest.Base base) {
    return Text.visible(base.plan().name(), WIDEST) + " " + Text.visible(base.version(), WIDEST);
  }

  /**
   * {@code word-tally 1.0.0 → 1.1.0}, and what its author says is new; nothing for a run that makes
   * no next version, or has not got so far.
   */
  static List<String> lines(Run run) {
    RunRequest.Base base = run.request().base();
    if (base == null || run.artifact().isEmpty()) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    lines.add(base(base) + " → " + Text.visible(run.artifact().orElseThrow().id().version()));
    news(run).forEach(cause -> lines.add("new       " + cause));
    return lines;
  }

  private static Stream<String> news(Run run) {
    return run.work().drafts().stream()
        .filter(draft -> draft.origin() == Draft.Origin.REFINEMENT)
        .map(Draft::cause)
        .filter(cause -> !cause.isEmpty())
        .map(cause -> Text.visible(cause, WIDEST))
        .limit(1);
  }

  /**
   * The files of the version before a run's; none if it makes a first version, or if the run that
   * made the one before has been forgotten.
   */
  static FileSet before(Forge forge, RunId id) {
    RunRequest.Base base = forge.find(id).map(run -> run.request().base()).orElse(null);
    return base == null || forge.find(base.run()).isEmpty()
        ? FileSet.empty()
        : forge.files(base.run(), base.draft());
  }

  /** Which files are others than in the version before. */
  static List<String> changes(FileSet before, FileSet after) {
    List<String> changes = new ArrayList<>();
    for (SourceFile file : after) {
      SourceFile old = before.find(file.path()).orElse(null);
      if (!file.equals(old)) {
        changes.add(line(old == null ? "added" : "changed", file));
      }
    }
    for (SourceFile file : before) {
      if (after.find(file.path()).isEmpty()) {
        changes.add(line("removed", file));
      }
    }
    return changes;
  }

  private static String line(String what, SourceFile file) {
    return String.format("  %-8s  %s", what, Text.visible(file.path(), WIDEST));
  }
}
