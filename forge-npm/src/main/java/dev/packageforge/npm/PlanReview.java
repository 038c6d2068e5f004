package dev.packageforge.npm;

import dev.packageforge.Finding;
import dev.packageforge.PackagePlan;
import dev.packageforge.PackagePlan.PlannedDependency;
import dev.packageforge.PackagePlan.PlannedFile;
import dev.packageforge.SourceFile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What can be said of a plan before a line of it is written. */
final class PlanReview {
  private final List<Finding> findings = new ArrayList<>();

  private PlanReview() {}

  static List<Finding> of(PackagePlan plan) {
    PlanReview review = new PlanReview();
    PackageName.problem(plan.name())
        .ifPresent(
            problem ->
                review.error(
                    "package-name",
                    "",
                    problem + ".",
                    "Choose a short name of lower-case letters, digits and hyphens."));
    review.files(plan.files());
    review.dependencies(plan);
    return List.copyOf(review.findings);
  }

  private void files(List<PlannedFile> files) {
    Set<String> paths = new HashSet<>();
    for (PlannedFile file : files) {
      SourceFile.pathProblem(file.path())
          .ifPresent(
              problem ->
                  error("path-refused", "", capital(problem) + ".", "Plan a path inside it."));
      if (!paths.add(file.path().toLowerCase(Locale.ROOT))) {
        error("path-twice", "", "One file is planned twice.", "Plan each file once.");
      }
    }
    if (!paths.contains(Manifest.FILE)) {
      error("manifest-not-planned", "", "There is no package.json in the plan.", "Plan one.");
    }
    if (paths.stream().noneMatch(TestFiles::isOfTests)) {
      error("tests-not-planned", "", "There is no test in the plan.", "Plan test/*.test.js.");
    }
    if (paths.stream().noneMatch(path -> path.startsWith("readme"))) {
      findings.add(
          Finding.warning(
              "readme-not-planned", "", "There is no README in the plan.", "Plan README.md."));
    }
  }

  private void dependencies(PackagePlan plan) {
    Set<String> names = new HashSet<>();
    for (PlannedDependency dependency : plan.dependencies()) {
      findings.addAll(DependencyRules.check("", dependency.name(), dependency.range()));
      if (!names.add(dependency.name())) {
        error("dependency-twice", "", "One dependency is planned twice.", "Plan it once.");
      }
      if (NodeBuiltins.hides(dependency.name())) {
        error(
            "dependency-builtin",
            "",
            "\"" + dependency.name() + "\" comes with Node.",
            "Import it; it is no dependency.");
      } else if (dependency.name().equals(plan.name())) {
        error(
            "dependency-on-itself", "", "The package depends on itself.", "Remove the dependency.");
      }
    }
  }

  private static String capital(String sentence) {
    return sentence.substring(0, 1).toUpperCase(Locale.ROOT) + sentence.substring(1);
  }

  private void error(String code, String where, String sentence, String remedy) {
    findings.add(Finding.error(code, where, sentence, remedy));
  }
}
