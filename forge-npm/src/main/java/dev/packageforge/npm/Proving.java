package dev.packageforge.npm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.packageforge.Artifact;
import dev.packageforge.FileSet;
import dev.packageforge.Finding;
import dev.packageforge.PackedArtifact;
import dev.packageforge.SourceFile;
import dev.packageforge.Step;
import dev.packageforge.npm.EntryPoints.Load;
import dev.packageforge.npm.ReadmeExamples.Example;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The second session: installs the very bytes that were packed into an empty project, as a user
 * would, runs the package's tests against what was installed, and loads it.
 */
final class Proving {
  /** The folder beside the installed package in which its examples run. */
  private static final String EXAMPLES = "examples";

  private static final JsonMapper JSON = new JsonMapper();

  private final Bench bench;
  private final Manifest manifest;
  private final PackedArtifact packed;
  private final Duration longest;
  private final Set<String> installed;

  /**
   * In a fresh session.
   *
   * @param longest how long one command may take
   */
  Proving(Bench bench, Manifest manifest, PackedArtifact packed, Duration longest) {
    this.bench = bench;
    this.manifest = manifest;
    this.packed = packed;
    this.longest = longest;
    this.installed =
        packed.artifact().entries().stream()
            .map(Artifact.Entry::path)
            .collect(Collectors.toUnmodifiableSet());
  }

  private String folder() {
    return "node_modules/" + manifest.name();
  }

  /** Installs, then runs the tests. */
  StepOutcome test(FileSet draft) throws InterruptedException {
    Optional<StepOutcome> trouble = install();
    if (trouble.isPresent()) {
      return trouble.get();
    }
    for (SourceFile file : TestFiles.all(draft)) {
      if (!installed.contains(file.path())) {
        bench.put(folder() + "/" + file.path(), file.bytes());
      }
    }
    Harness.install(bench);
    String key = Harness.prepare(bench);
    List<String> line = new ArrayList<>(List.of("node", Harness.RUN_TESTS, folder()));
    line.add(String.valueOf(longest.toMillis() / 2));
    TestFiles.runnable(draft).forEach(file -> line.add(file.path()));
    Ran ran = bench.run(Step.TEST, line);
    return conclude(ran, new TestReport(Harness.report(bench, key), bench.places(), draft));
  }

  /**
   * Installs the artifact and cuts the network.
   *
   * @return what went wrong, if anything did
   */
  Optional<StepOutcome> install() throws InterruptedException {
    String tarball = NpmSettings.OURS + "/" + packed.artifact().fileName();
    bench.put(tarball, packed.bytes());
    bench.put(Manifest.FILE, "{\"private\": true}\n");
    Ran ran =
        bench.run(
            Step.TEST,
            List.of(
                "npm",
                "install",
                "./" + tarball,
                "--prefix",
                ".",
                "--omit=dev",
                "--ignore-scripts",
                "--no-save"));
    Optional<StepOutcome> trouble =
        Packing.fetchTrouble(ran, "npm install " + packed.artifact().fileName());
    bench.cutNetwork();
    return trouble;
  }

  private static StepOutcome conclude(Ran ran, TestReport report) {
    List<Failure> failures = new ArrayList<>();
    ran.ceiling("The test run").ifPresent(failures::add);
    failures.addAll(report.failures());
    if (!failures.isEmpty()) {
      long red = Math.max(1, report.failed());
      return StepOutcome.failed(
          red + " of " + Math.max(red, report.executed()) + " tests failed", failures);
    }
    if (!report.isComplete() || !ran.succeeded()) {
      Finding finding =
          Finding.error(
              "test-report-missing",
              "",
              "The test run ended without a report of its own.",
              "Do not end the process, and write no files outside the test's own folder.");
      return StepOutcome.failed("no report", Failure.of(finding, ran.tail()));
    }
    if (report.executed() == 0) {
      Finding finding =
          Finding.error(
              "no-tests-executed",
              "",
              "Not one test was executed.",
              "Call test(\"what it shows\", () => { ... }) of node:test, unskipped.");
      return StepOutcome.failed("0 tests", Failure.of(finding, ran.tail()));
    }
    return StepOutcome.passed(report.executed() == 1 ? "1 test" : report.executed() + " tests");
  }

  /** Runs each command with {@code --help} and loads each entry point. */
  StepOutcome smoke() throws InterruptedException {
    List<String> bins = List.copyOf(EntryPoints.bins(manifest).keySet());
    List<Load> loads = EntryPoints.loads(manifest, installed);
    String key = Harness.prepare(bench);
    bench.put(NpmSettings.OURS + "/smoke.json", plan(bins, loads));
    Ran ran =
        bench.run(Step.SMOKE, List.of("node", Harness.SMOKE, NpmSettings.OURS + "/smoke.json"));
    SmokeReport report = new SmokeReport(Harness.report(bench, key), bench.places());
    List<Failure> failures = new ArrayList<>(report.failures(bins, loads, ran));
    if (failures.isEmpty()) {
      return StepOutcome.passed(summary(bins.size(), loads.size()));
    }
    return StepOutcome.failed(failures.get(0).finding().code(), failures);
  }

  private String plan(List<String> bins, List<Load> loads) {
    ObjectNode plan = JSON.createObjectNode();
    plan.put("timeout", longest.toMillis() / 4);
    bins.forEach(plan.putArray("bins")::add);
    for (Load load : loads) {
      JsonNode one =
          JSON.createObjectNode()
              .put("specifier", load.specifier())
              .put("byRequire", load.byRequire());
      plan.withArray("/loads").add(one);
    }
    plan.withArray("/loads");
    return plan.toString();
  }

  /** Runs the examples of the README, as users would who copy them. */
  StepOutcome examples(FileSet draft) throws InterruptedException {
    List<Example> examples = ReadmeExamples.of(draft, manifest.name());
    if (examples.isEmpty()) {
      return StepOutcome.skipped("no examples");
    }
    ObjectNode plan = JSON.createObjectNode();
    plan.put("timeout", longest.toMillis() / (examples.size() + 1));
    for (Example example : examples) {
      String path = EXAMPLES + "/" + example.fileName();
      bench.put(path, example.code());
      plan.withArray("/files").add(path);
    }
    String key = Harness.prepare(bench);
    bench.put(NpmSettings.OURS + "/examples.json", plan.toString());
    Ran ran =
        bench.run(
            Step.EXAMPLES, List.of("node", Harness.EXAMPLES, NpmSettings.OURS + "/examples.json"));
    List<Failure> failures =
        new ExamplesReport(Harness.report(bench, key), bench.places()).failures(examples, ran);
    if (failures.isEmpty()) {
      return StepOutcome.passed(examples.size() == 1 ? "1 example" : examples.size() + " examples");
    }
    return StepOutcome.failed(failures.size() + " of " + examples.size() + " failed", failures);
  }

  private static String summary(int bins, int loads) {
    String entries = loads == 1 ? "1 entry" : loads + " entries";
    String commands = bins == 1 ? "1 command" : bins + " commands";
    return bins == 0 ? entries : loads == 0 ? commands : entries + ", " + commands;
  }
}
