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
import dev.packageforge.StepReport;
import dev.packageforge.npm.EntryPoints.Load;
import dev.packageforge.npm.ReadmeExamples.Example;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
  private final Dependencies dependencies;
  private final Duration longest;
  private final Set<String> installed;
  private final Linting linting;
  private boolean tried;
  private Optional<StepOutcome> trouble = Optional.empty();

  /**
   * In a fresh session.
   *
   * @param dependencies what the artifact needs
   * @param longest how long one command may take
   */
  Proving(
      Bench bench,
      Manifest manifest,
      PackedArtifact packed,
      Dependencies dependencies,
      Duration longest) {
    this.bench = bench;
    this.manifest = manifest;
    this.packed = packed;
    this.dependencies = dependencies;
    this.longest = longest;
    this.installed =
        packed.artifact().entries().stream()
            .map(Artifact.Entry::path)
            .collect(Collectors.toUnmodifiableSet());
    this.linting = new Linting(bench, manifest, installed, tarball());
  }

  private String folder() {
    return "node_modules/" + manifest.name();
  }

  private String tarball() {
    return NpmSettings.OURS + "/" + packed.artifact().fileName();
  }

  /** Installs, then has other tools judge. What is wrong with installing, the tests tell. */
  StepOutcome lint() throws InterruptedException {
    return install(Step.LINT).isPresent() ? StepOutcome.skipped("not installed") : linting.run();
  }

  /**
   * Installs, then runs the tests: here, on the lowest Node that the package is for if it is at
   * hand, and once more against a package that does nothing.
   *
   * @param nodes programs by the major version of Node that each is
   */
  StepOutcome test(FileSet draft, Map<Integer, Path> nodes) throws InterruptedException {
    if (install(Step.TEST).isPresent()) {
      return trouble.get();
    }
    for (SourceFile file : TestFiles.all(draft)) {
      if (!installed.contains(file.path())) {
        bench.put(folder() + "/" + file.path(), file.bytes());
      }
    }
    List<String> tests = TestFiles.runnable(draft).stream().map(SourceFile::path).toList();
    Sabotage sabotage = new Sabotage(bench, manifest, installed, folder(), draft, tests);
    long start = System.nanoTime();
    StepOutcome here = tested("node", sabotage.prepare().orElse("-"), tests, draft);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    if (here.state() != StepReport.State.PASSED) {
      return here;
    }
    Sabotage.Verdict spoilt = sabotage.verdict(took);
    if (spoilt == Sabotage.Verdict.TESTS_CHANGED) {
      return StepOutcome.failed("tests changed", Sabotage.changed(tests));
    }
    if (spoilt == Sabotage.Verdict.UNNOTICED) {
      return StepOutcome.failed(here.summary() + ", which prove nothing", Sabotage.failure(tests));
    }
    String proven =
        spoilt == Sabotage.Verdict.NOTICED
            ? here.summary() + ", red without the code"
            : here.summary();
    return onLowest(nodes, tests, draft, proven);
  }

  /** On the lowest Node that the package says it runs on, if that is another one and is here. */
  private StepOutcome onLowest(
      Map<Integer, Path> nodes, List<String> tests, FileSet draft, String summary)
      throws InterruptedException {
    Optional<Integer> lowest =
        Surface.oldest(manifest.field("engines").path("node").asText(""))
            .map(version -> version.numbers().get(0).intValue());
    Path program = lowest.map(nodes::get).orElse(null);
    if (program == null) {
      return StepOutcome.passed(summary);
    }
    String node = "Node " + lowest.get();
    StepOutcome there = tested(program.toString(), "-", tests, draft);
    if (there.state() == StepReport.State.PASSED) {
      return StepOutcome.passed(summary + ", also on " + node);
    }
    List<Failure> failures =
        there.failures().stream()
            .map(
                failure ->
                    failure.and(
                        List.of("on " + node + ", the lowest that \"engines\" says it runs on")))
            .toList();
    return StepOutcome.failed(there.summary() + " on " + node, failures);
  }

  private StepOutcome tested(String node, String plan, List<String> tests, FileSet draft)
      throws InterruptedException {
    String key = Harness.prepare(bench);
    List<String> line = new ArrayList<>(List.of(node, Harness.RUN_TESTS, folder()));
    line.add(String.valueOf(longest.toMillis() / 2));
    line.add(plan);
    line.addAll(tests);
    Ran ran = bench.run(Step.TEST, line);
    return conclude(ran, new TestReport(Harness.report(bench, key), bench.places(), draft));
  }

  /**
   * Installs the artifact, unless that was done, and cuts the network.
   *
   * @param step in whose name it is done
   * @return what went wrong, if anything did
   */
  Optional<StepOutcome> install(Step step) throws InterruptedException {
    if (!tried) {
      tried = true;
      trouble = installed(step);
    }
    return trouble;
  }

  private Optional<StepOutcome> installed(Step step) throws InterruptedException {
    bench.put(tarball(), packed.bytes());
    bench.put(Manifest.FILE, "{\"private\": true}\n");
    if (dependencies.atHand()) {
      dependencies.unpack(bench, ".");
    }
    Ran ran =
        bench.run(
            step,
            List.of(
                "npm",
                "install",
                "./" + tarball(),
                "--prefix",
                ".",
                "--omit=dev",
                "--ignore-scripts",
                "--no-save"));
    if (dependencies.atHand() && NpmErrors.in(ran.lines()).code().equals("ENOTCACHED")) {
      throw dependencies.unfit("did not serve", ran);
    }
    Optional<StepOutcome> refused =
        Packing.fetchTrouble(ran, "npm install " + packed.artifact().fileName());
    bench.cutNetwork();
    if (refused.isEmpty() && dependencies.online()) {
      dependencies.keepBeside(bench, manifest.name());
    }
    return refused;
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
    List<Finding> differences =
        linting.report().map(types -> report.differences(types, loads.size())).orElse(List.of());
    if (failures.isEmpty()) {
      failures.addAll(Failure.of(differences.stream().filter(Finding::isError).toList()));
    }
    List<Finding> warnings = differences.stream().filter(found -> !found.isError()).toList();
    return (failures.isEmpty()
            ? StepOutcome.passed(summary(bins.size(), loads.size()))
            : StepOutcome.failed(failures.get(0).finding().code(), failures))
        .warning(warnings);
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
