package dev.packageforge.npm;

import dev.packageforge.Finding;
import dev.packageforge.Finding.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Whose rules a package is judged by. Rules say what they find as the stricter house sees it; the
 * other one lowers or drops what only we ask for.
 */
enum House {
  /** A draft of a model: it keeps to everything it was told. */
  OURS,

  /**
   * A package that somebody wrote by hand: an error is only what breaks or endangers those who
   * install it.
   */
  ANYBODYS;

  private static final Duration SHORT = Duration.ofSeconds(40);

  /** What does no harm to anybody, or is a matter of taste. */
  private static final Set<String> NOT_SAID =
      Set.of(
          "engines-missing",
          "files-missing",
          "keywords-missing",
          "placeholder",
          "readme-example-failed",
          "readme-without-example",
          "readme-without-install",
          "test-script-missing");

  /** What those who install it can live with. */
  private static final Set<String> LIVED_WITH =
      Set.of(
          "command-failed",
          "command-silent",
          "dependency-bundled",
          "entry-ends-process",
          "no-entry-point",
          "readme-missing",
          "test-report-missing",
          "tests-packed",
          "types-inconsistent",
          "types-not-found");

  /** What another tool says goes by its own measure; for strangers it is advice. */
  private static final String ADVICE = "publint-";

  /** These findings as this house says them. */
  List<Finding> judge(List<Finding> findings) {
    if (this == OURS) {
      return List.copyOf(findings);
    }
    List<Finding> judged = new ArrayList<>();
    for (Finding finding : findings) {
      if (!NOT_SAID.contains(finding.code())) {
        boolean lived = LIVED_WITH.contains(finding.code()) || finding.code().startsWith(ADVICE);
        judged.add(lived ? lowered(finding) : finding);
      }
    }
    return List.copyOf(judged);
  }

  /** The same as a warning. */
  static Finding lowered(Finding finding) {
    return Finding.warning(finding.code(), finding.where(), finding.sentence(), finding.remedy());
  }

  /**
   * How long one command may take in a session: what a model wrote was told not to wait, what
   * people wrote may show a server in its README.
   *
   * @param longest what the sandbox would allow
   */
  Duration patience(Duration longest) {
    return this == OURS || longest.compareTo(SHORT) < 0 ? longest : SHORT;
  }

  /** An error in our house, a warning in the other. */
  Severity strict() {
    return this == OURS ? Severity.ERROR : Severity.WARNING;
  }
}
