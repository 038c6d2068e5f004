package dev.packageforge.examples;

import dev.packageforge.SandboxReport;
import dev.packageforge.Text;
import dev.packageforge.examples.JsonLines.Fields;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a sandbox held against, for people and for programs. */
final class SandboxWords {
  private static final int WIDEST = 600;

  private SandboxWords() {}

  /** {@code docker, isolated: …}. */
  static String name(SandboxReport report) {
    return Text.visible(report.name(), WIDEST) + ", " + level(report.level());
  }

  private static String level(SandboxReport.Level level) {
    return switch (level) {
      case CLOSED -> "which runs nothing";
      case NONE -> "which holds against mistakes only";
      case CONTAINED -> "contained: it keeps files, network and secrets";
      case ISOLATED -> "isolated: it holds but for a fault in the kernel or the runtime";
      case DOUBLY_ISOLATED -> "doubly isolated: it has a kernel of its own";
    };
  }

  /** What it held a command to, and what it could not do, a line each. */
  static List<String> details(SandboxReport report) {
    return Stream.concat(
            report.enforced().stream().map(sentence -> "✓ " + sentence),
            report.degradations().stream().map(sentence -> "! " + sentence))
        .map(line -> Text.visible(line, WIDEST))
        .toList();
  }

  /** For programs; null if nobody wrote it down. */
  static @Nullable Fields fields(@Nullable SandboxReport report) {
    return report == null
        ? null
        : new Fields()
            .with("name", report.name())
            .with("level", JsonView.slug(report.level()))
            .with("enforced", report.enforced())
            .with("degradations", report.degradations());
  }
}
