package dev.packageforge.examples;

import dev.packageforge.Draft;
import dev.packageforge.FileSet;
import dev.packageforge.Run;
import dev.packageforge.RunRequest;
import dev.packageforge.SourceFile;
import dev.packageforge.Text;
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
    news(run).forEach(cause -> lines.add("new: " + cause));
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

  /** Which files are others than in the version before: {@code + b.js}, {@code ~ a.js}. */
  static List<String> changes(FileSet before, FileSet after) {
    List<String> changes = new ArrayList<>();
    for (SourceFile file : after) {
      SourceFile old = before.find(file.path()).orElse(null);
      if (!file.equals(old)) {
        changes.add((old == null ? "+ " : "~ ") + Text.visible(file.path(), WIDEST));
      }
    }
    for (SourceFile file : before) {
      if (after.find(file.path()).isEmpty()) {
        changes.add("- " + Text.visible(file.path(), WIDEST));
      }
    }
    return changes;
  }
}
