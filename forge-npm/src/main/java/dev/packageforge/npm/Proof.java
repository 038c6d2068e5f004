package dev.packageforge.npm;

import dev.packageforge.Artifact;
import dev.packageforge.FileSet;
import dev.packageforge.Finding;
import dev.packageforge.PackedArtifact;
import dev.packageforge.SourceFile;
import dev.packageforge.Step;
import dev.packageforge.StepReport;
import dev.packageforge.sandbox.SandboxSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The second session of a verification: what the packed bytes do once they are installed. The same
 * for a draft and for a package written by hand; whose rules hold, says the house.
 */
final class Proof {
  static final String NOT_REACHED = "not reached";
  private static final Pattern SUBPATH =
      Pattern.compile("(?:import|require)\\(\"(?:@[^/]+/)?[^/@\"]+/.*\"\\)");
  private static final Pattern OF_BROWSERS =
      Pattern.compile("\\b(?:document|window|self|navigator|location|HTMLElement) is not defined");

  private final House house;
  private final Sessions sessions;
  private final Journal journal;
  private final List<Finding> warnings = new ArrayList<>();

  Proof(House house, Sessions sessions, Journal journal) {
    this.house = house;
    this.sessions = sessions;
    this.journal = journal;
  }

  /**
   * Runs all steps.
   *
   * @param files the draft, or what of a package written by hand is text: its tests and its README
   */
  void run(Manifest manifest, PackedArtifact packed, FileSet files) throws InterruptedException {
    Dependencies dependencies = sessions.dependencies(manifest, /* withDevelopment= */ false);
    Set<String> paths =
        Stream.concat(
                files.files().stream().map(SourceFile::path),
                packed.artifact().entries().stream().map(Artifact.Entry::path))
            .collect(Collectors.toSet());
    LintToolbox.Kit kit = kit();
    List<SandboxSpec.Layer> layers =
        kit.modules().stream().map(at -> new SandboxSpec.Layer(LintToolbox.PATH, at)).toList();
    String folder = "node_modules/" + manifest.name();
    try (Bench bench = sessions.open(dependencies.online(), Set.of(folder), paths, layers)) {
      Proving proving =
          new Proving(
              bench,
              manifest,
              packed,
              dependencies,
              house.patience(sessions.toolchain().limits().command()));
      step(
          Step.LINT,
          () -> kit.modules().isEmpty() ? Linting.notRun(kit.trouble()) : proving.lint());
      step(Step.TEST, () -> test(bench, proving, files));
      step(Step.SMOKE, proving::smoke);
      step(Step.EXAMPLES, () -> proving.examples(files));
    }
  }

  /** Says of each step that it was not reached. */
  void skip() throws InterruptedException {
    journal.skip(NOT_REACHED, Step.LINT, Step.TEST, Step.SMOKE, Step.EXAMPLES);
  }

  /** What was found and stops nothing. Who did not judge, is of no interest of what failed. */
  List<Finding> warnings() {
    boolean failed = journal.failed().isPresent();
    return warnings.stream()
        .filter(warning -> !failed || !warning.code().equals(Linting.NOT_RUN))
        .toList();
  }

  private LintToolbox.Kit kit() throws InterruptedException {
    Optional<LintToolbox> toolbox = sessions.toolchain().lintToolbox();
    return toolbox.isPresent()
        ? toolbox.get().open()
        : LintToolbox.Kit.none("nobody said where these tools are kept.");
  }

  private StepOutcome test(Bench bench, Proving proving, FileSet files)
      throws InterruptedException {
    if (house == House.OURS || !TestFiles.runnable(files).isEmpty()) {
      Map<Integer, Path> others = new HashMap<>(sessions.toolchain().nodes());
      others.remove(sessions.tools(bench).nodeMajor());
      return proving.test(files, others);
    }
    return proving.install(Step.TEST).orElse(StepOutcome.skipped("no tests to run"));
  }

  private void step(Step step, Journal.Work work) throws InterruptedException {
    journal.run(step, () -> judged(work.run()));
  }

  /** A step fails only by what is an error in this house; the rest is told. */
  private StepOutcome judged(StepOutcome outcome) {
    warnings.addAll(house.judge(outcome.warnings()));
    if (outcome.state() != StepReport.State.FAILED || house == House.OURS) {
      return outcome;
    }
    List<Failure> errors = new ArrayList<>();
    for (Failure failure : outcome.failures()) {
      for (Finding finding : house.judge(List.of(failure.finding()))) {
        if (finding.isError() && !isOfOthers(failure)) {
          errors.add(failure);
        } else {
          warnings.add(House.lowered(finding));
        }
      }
    }
    return errors.isEmpty() && !outcome.failures().isEmpty()
        ? StepOutcome.passed(outcome.summary())
        : new StepOutcome(outcome.state(), outcome.summary(), errors);
  }

  /**
   * Whether what failed may be meant for another place than Node: a path below the package, which
   * its users load where it belongs, or a file that asks for the page it is shown on.
   */
  private static boolean isOfOthers(Failure failure) {
    return SUBPATH.matcher(failure.name()).matches()
        || OF_BROWSERS.matcher(failure.finding().sentence()).find();
  }
}
