package dev.packageforge.npm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.packageforge.Finding;
import dev.packageforge.Step;
import dev.packageforge.npm.EntryPoints.Load;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Has other tools judge an installed artifact, before any of its code runs: publint the tarball,
 * and, if it has declarations, TypeScript what a stranger's program would see of them.
 */
final class Linting {
  /** The code of the warning that says so. */
  static final String NOT_RUN = "lint-not-run";

  /** Entries whose types are looked at; a package with a thousand has them made by a program. */
  private static final int MAX_LOADS = 40;

  private static final Pattern DECLARATION = Pattern.compile(".*\\.d\\.[cm]?ts");
  private static final JsonMapper JSON = new JsonMapper();

  private final Bench bench;
  private final Manifest manifest;
  private final Set<String> installed;
  private final String tarball;
  private Optional<LintReport> report = Optional.empty();

  /**
   * Of a package that stands installed.
   *
   * @param installed the paths of its files
   * @param tarball where its bytes are in the session
   */
  Linting(Bench bench, Manifest manifest, Set<String> installed, String tarball) {
    this.bench = bench;
    this.manifest = manifest;
    this.installed = installed;
    this.tarball = tarball;
  }

  /** That nobody judged. */
  static StepOutcome notRun(String why) {
    Finding finding =
        Finding.warning(
            NOT_RUN,
            "",
            "publint and TypeScript did not judge the package: " + why,
            "See that npm can reach its registry once, then verify again.");
    return StepOutcome.skipped("no tools").warning(List.of(finding));
  }

  /** Has them judge. */
  StepOutcome run() throws InterruptedException {
    List<Load> loads = EntryPoints.loads(manifest, installed).stream().limit(MAX_LOADS).toList();
    boolean typed = installed.stream().anyMatch(path -> DECLARATION.matcher(path).matches());
    String key = Harness.prepare(bench);
    String plan = NpmSettings.OURS + "/lint.json";
    bench.put(plan, plan(loads, typed));
    Ran ran = bench.run(Step.LINT, List.of("node", Harness.LINT, plan));
    LintReport said = new LintReport(Harness.report(bench, key), manifest, loads, typed);
    if (!said.isComplete() || !ran.succeeded()) {
      String last =
          ran.tail().stream().filter(line -> line.contains("Error")).findFirst().orElse("");
      return notRun("they came to no end" + (last.isEmpty() ? "." : " (" + last + ")."));
    }
    report = Optional.of(said);
    List<Failure> errors = Failure.of(said.errors());
    StepOutcome outcome =
        errors.isEmpty()
            ? StepOutcome.passed(typed ? "publint, types" : "publint")
            : StepOutcome.failed(
                errors.size() == 1 ? "1 error" : errors.size() + " errors", errors);
    return outcome.warning(said.warnings());
  }

  /** What they said; empty if they did not come to an end. */
  Optional<LintReport> report() {
    return report;
  }

  private String plan(List<Load> loads, boolean typed) {
    ObjectNode plan = JSON.createObjectNode();
    plan.put("name", manifest.name()).put("tarball", tarball).put("typed", typed);
    plan.putArray("loads");
    for (Load load : loads) {
      JsonNode one =
          JSON.createObjectNode()
              .put("specifier", load.specifier())
              .put("byRequire", load.byRequire());
      plan.withArray("/loads").add(one);
    }
    return plan.toString();
  }
}
