package dev.packageforge.examples;

import dev.packageforge.FailureDigest;
import dev.packageforge.Finding;
import dev.packageforge.PackageId;
import dev.packageforge.PackedArtifact;
import dev.packageforge.StepReport;
import dev.packageforge.Text;
import dev.packageforge.examples.JsonLines.Fields;
import dev.packageforge.npm.GateReport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What the gate says of a package, for people and for programs. */
final class Findings {
  private static final int WIDEST = 300;
  private static final int EVIDENCE = 15;

  private final GateReport report;
  private final List<Finding> sorted;

  Findings(GateReport report) {
    this.report = report;
    this.sorted =
        report.findings().stream()
            .sorted(
                Comparator.comparing((Finding finding) -> !finding.isError())
                    .thenComparing(Finding::code)
                    .thenComparing(Finding::where))
            .toList();
  }

  private long errors() {
    return sorted.stream().filter(Finding::isError).count();
  }

  /**
   * The lines: errors first, those of a kind together, and last the verdict.
   *
   * @param place what was judged, as it was named
   */
  List<String> lines(String place) {
    List<String> lines = new ArrayList<>();
    String code = "";
    for (Finding finding : sorted) {
      if (!finding.code().equals(code)) {
        code = finding.code();
        lines.add("");
        lines.add((finding.isError() ? "✗ " : "! ") + visible(code));
      }
      lines.add("    " + ApprovalPanel.sentence(finding));
      if (!finding.remedy().isEmpty()) {
        lines.add("      → " + visible(finding.remedy()));
      }
    }
    report.failure().filter(failure -> errors() == 0).ifPresent(failure -> tell(failure, lines));
    lines.add("");
    lines.add(name(place) + (report.passed() ? " passed" : " did not pass") + counts());
    report
        .packed()
        .map(PackedArtifact::artifact)
        .ifPresent(artifact -> lines.addAll(ApprovalPanel.contents(artifact)));
    return lines;
  }

  /** What failed where no finding says so, such as a test. */
  private static void tell(FailureDigest failure, List<String> lines) {
    lines.add("");
    lines.add("✗ " + failure.step().label() + ": " + visible(failure.headline()));
    failure
        .text()
        .lines()
        .limit(EVIDENCE)
        .forEach(line -> lines.add("  │ " + Text.visible(line, WIDEST)));
  }

  private String counts() {
    int errors = (int) errors();
    return ": "
        + Words.count(errors, "error", "errors")
        + ", "
        + Words.count(sorted.size() - errors, "warning", "warnings");
  }

  private String name(String place) {
    return visible(report.id().map(PackageId::toString).orElse(place));
  }

  /** One object with all of it. */
  Fields verdict() {
    Fields fields =
        JsonLines.type("verdict")
            .with("passed", report.passed())
            .with("exit", (report.passed() ? Exit.DONE : Exit.FAILED).code())
            .with("name", report.id().map(PackageId::name).orElse(null))
            .with("version", report.id().map(PackageId::version).orElse(null))
            .with("errors", errors())
            .with("warnings", sorted.size() - errors())
            .with("findings", JsonView.findings(sorted))
            .with("steps", report.steps().stream().map(Findings::step).toList())
            .with(
                "artifact",
                report.packed().map(packed -> JsonView.artifact(packed.artifact())).orElse(null));
    report
        .failure()
        .ifPresent(
            failure ->
                fields.with(
                    "failure",
                    new Fields()
                        .with("step", failure.step().label())
                        .with("headline", failure.headline())
                        .with("text", failure.text())));
    return fields;
  }

  private static Object step(StepReport step) {
    return new Fields()
        .with("id", step.step().label())
        .with("state", JsonView.slug(step.state()))
        .with("tookMs", step.took().toMillis())
        .with("summary", step.summary())
        .map();
  }

  private static String visible(String text) {
    return Text.visible(text, WIDEST);
  }
}
