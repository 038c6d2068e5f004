package dev.packageforge.npm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.packageforge.Finding;
import dev.packageforge.PackagePlan;
import dev.packageforge.PackagePlan.PlannedDependency;
import dev.packageforge.PackagePlan.PlannedFile;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class PlanReviewTest {
  private static final List<String> PATHS =
      List.of("package.json", "src/index.js", "test/index.test.js", "README.md");

  @Test
  void nothingIsWrongWithAGoodPlan() {
    assertThat(PlanReview.of(plan("slug", PATHS, dependency("semver", "^7.0.0")))).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bad")
  void eachFaultHasItsCode(String code, PackagePlan plan) {
    assertThat(PlanReview.of(plan))
        .filteredOn(Finding::isError)
        .extracting(Finding::code)
        .containsExactly(code);
  }

  static Stream<Arguments> bad() {
    return Stream.of(
        arguments("package-name", plan("Slug", PATHS)),
        arguments("package-name", plan("fs", PATHS)),
        arguments("package-name", plan("../slug", PATHS)),
        arguments("path-refused", plan("slug", and("../../etc/passwd"))),
        arguments("path-refused", plan("slug", and("/etc/passwd"))),
        arguments("path-refused", plan("slug", and("a\u202Eb"))),
        arguments("path-twice", plan("slug", and("SRC/index.js"))),
        arguments("manifest-not-planned", plan("slug", PATHS.subList(1, 4))),
        arguments(
            "tests-not-planned", plan("slug", List.of("package.json", "index.js", "README.md"))),
        arguments("dependency-source", plan("slug", PATHS, dependency("a", "*"))),
        arguments("dependency-source", plan("slug", PATHS, dependency("a", "latest"))),
        arguments("dependency-source", plan("slug", PATHS, dependency("a", "git+ssh://h/a"))),
        arguments("dependency-name", plan("slug", PATHS, dependency("a b", "^1.0.0"))),
        arguments("dependency-name", plan("slug", PATHS, dependency("--global", "^1.0.0"))),
        arguments("dependency-builtin", plan("slug", PATHS, dependency("path", "^1.0.0"))),
        arguments("dependency-on-itself", plan("slug", PATHS, dependency("slug", "^1.0.0"))),
        arguments(
            "dependency-twice",
            plan("slug", PATHS, dependency("a", "^1.0.0"), dependency("a", "^2.0.0"))));
  }

  private static List<String> and(String path) {
    return Stream.concat(PATHS.stream(), Stream.of(path)).toList();
  }

  private static PackagePlan plan(
      String name, List<String> paths, PlannedDependency... dependencies) {
    return new PackagePlan(
        name,
        "Makes slugs",
        paths.stream().map(path -> new PlannedFile(path, "needed")).toList(),
        List.of("makes slugs"),
        List.of(dependencies));
  }

  private static PlannedDependency dependency(String name, String range) {
    return new PlannedDependency(name, range, "it helps");
  }
}
